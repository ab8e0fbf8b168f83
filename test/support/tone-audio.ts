import { Codec } from '../../src/lab/session-description.js';
import { encodeG711 } from '../../src/lab/g711.js';
import { A_LAW, U_LAW } from '../../src/engine/media/g711.js';

const SAMPLES_PER_MS = 8;
const FRAME_SAMPLES = 160;

/** A part of a line's sound: partials of equal strength, from one time to another. */
export interface Sound {
  readonly fromMs: number;
  readonly forMs: number;
  readonly hz: readonly number[];
  /** Where the partials end, if they glide. */
  readonly toHz?: readonly number[];
  /** Half of the range of samples, 0 to 32,767; 6,000 unless told. */
  readonly amplitude?: number;
  /** The phase is reversed every so many milliseconds. */
  readonly reversedEveryMs?: number;
}

export interface Line {
  readonly forMs: number;
  readonly sounds: readonly Sound[];
  /** Root mean square of white noise. */
  readonly noise?: number;
  readonly offset?: number;
  readonly law?: 'A' | 'U';
  /** Starts of 20 ms that are lost. */
  readonly lostMs?: readonly number[];
}

/** Noise that is the same at every run: a linear congruence, four draws to a sample. */
const createNoise = (): (() => number) => {
  let state = 1;
  const draw = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return () => (draw() + draw() + draw() + draw()) * Math.sqrt(3);
};

const add = (samples: Float64Array, sound: Sound): void => {
  const from = Math.round(sound.fromMs * SAMPLES_PER_MS);
  const count = Math.round(sound.forMs * SAMPLES_PER_MS);
  const amplitude = (sound.amplitude ?? 6_000) / sound.hz.length;
  sound.hz.forEach((startHz, partial) => {
    const endHz = sound.toHz?.[partial] ?? startHz;
    let phase = partial;
    for (let at = 0; at < count && from + at < samples.length; at++) {
      phase += (2 * Math.PI * (startHz + ((endHz - startHz) * at) / count)) / 8_000;
      const reversals = sound.reversedEveryMs ? Math.floor(at / SAMPLES_PER_MS / sound.reversedEveryMs) : 0;
      samples[from + at] = (samples[from + at] ?? 0) + amplitude * Math.sin(phase) * (reversals % 2 === 0 ? 1 : -1);
    }
  });
};

/** What a line sounds like after G.711, in frames of 20 ms. */
export const framesOf = ({ forMs, sounds, noise = 0, offset = 0, law = 'A', lostMs = [] }: Line): Int16Array[] => {
  const samples = new Float64Array(forMs * SAMPLES_PER_MS).fill(offset);
  for (const sound of sounds) add(samples, sound);
  const random = createNoise();
  const linear = Int16Array.from(samples, (sample) => Math.max(-32_768, Math.min(32_767, sample + noise * random())));
  const codes = encodeG711(linear, law === 'A' ? Codec.PCMA : Codec.PCMU);
  const heard = Int16Array.from(codes, (code) => (law === 'A' ? A_LAW : U_LAW)[code] ?? 0);
  for (const startMs of lostMs) heard.fill(0, startMs * SAMPLES_PER_MS, startMs * SAMPLES_PER_MS + FRAME_SAMPLES);
  return Array.from({ length: Math.floor(heard.length / FRAME_SAMPLES) }, (_, frame) =>
    heard.subarray(frame * FRAME_SAMPLES, (frame + 1) * FRAME_SAMPLES),
  );
};

/** Bursts of one tone that repeat until the end: on and off times in turn. */
export const cadence = (
  fromMs: number,
  untilMs: number,
  hz: readonly number[],
  onOffMs: readonly number[],
): readonly Sound[] => {
  const sounds: Sound[] = [];
  for (let atMs = fromMs, turn = 0; atMs < untilMs; turn++) {
    const forMs = onOffMs[turn % onOffMs.length] ?? Infinity;
    if (turn % 2 === 0) sounds.push({ fromMs: atMs, forMs, hz });
    atMs += forMs;
  }
  return sounds;
};

/** What resembles talk: vowels, each with ten harmonics of a fundamental that rises or falls. */
export const talk = (fromMs: number, untilMs: number, fundamentalHz: number): readonly Sound[] => {
  const sounds: Sound[] = [];
  for (let atMs = fromMs, turn = 0; atMs < untilMs; atMs += 260, turn++) {
    const harmonics = Array.from({ length: 10 }, (_, harmonic) => fundamentalHz * (harmonic + 1));
    const end = turn % 2 === 0 ? 1.12 : 0.9;
    sounds.push({ fromMs: atMs, forMs: 180, hz: harmonics, toHz: harmonics.map((hz) => hz * end), amplitude: 12_000 });
  }
  return sounds;
};
