import { encodeG711 } from './g711.js';
import { seededRandom, type SeededRandom } from './seeded-random.js';
import { Codec } from './session-description.js';
import { SAMPLE_RATE_HZ, speak } from './voice.js';

/** Samples of one RTP packet: 20 ms. */
export const FRAME_SAMPLES = SAMPLE_RATE_HZ / 50;

/** Encoded audio; both arrays and `loopFrom` are multiples of a frame. After the end it goes on at `loopFrom`. */
export interface Sound {
  readonly encoded: Readonly<Record<Codec, Uint8Array>>;
  readonly loopFrom: number;
}

/**
 * What the far end plays: a person's "hello?" and then the quiet of a room; a voicemail's greeting, beep and digital
 * silence; an open line without a word; a fax's answer tone; ringing; the special information tone of a wrong number.
 */
export type SoundKind = 'person' | 'voicemail' | 'silence' | 'fax' | 'ringback' | 'sit';

/** Different renderings of each kind; more would only cost memory (a greeting takes 100 kB a codec). */
export const SOUND_VARIANTS = 12;

/** Makes sounds at their first use, the same ones for the same seed. */
export class SoundBank {
  private readonly sounds = new Map<string, Sound>();

  constructor(private readonly seed: number) {}

  /** `variant` may be any integer of 0 or more. */
  get(kind: SoundKind, variant: number): Sound {
    const key = `${kind}|${variant % SOUND_VARIANTS}`;
    let sound = this.sounds.get(key);
    if (!sound) {
      sound = encode(COMPOSE[kind](seededRandom(`${this.seed}|${key}`)));
      this.sounds.set(key, sound);
    }
    return sound;
  }
}

/** Played once, then repeated for ever. */
interface Composition {
  readonly once: readonly Int16Array[];
  readonly loop: readonly Int16Array[];
}

const COMPOSE: Readonly<Record<SoundKind, (random: SeededRandom) => Composition>> = {
  person: (random) => {
    // Live handsets hiss a little; the hiss runs under the word too, as on a real line.
    const hissPeak = random.between(12, 40);
    const word = speak(
      { syllables: random.next() < 0.7 ? 2 : random.next() < 0.5 ? 1 : 4, pitchHz: pitch(random), isQuestion: true },
      random,
    );
    const hello = [silenceMs(random.between(180, 700)), word, silenceMs(200)];
    return { once: [withHiss(hello, hissPeak, random)], loop: [withHiss([silenceMs(2000)], hissPeak, random)] };
  },
  voicemail: (random) => {
    const pitchHz = pitch(random);
    const phrases = Array.from({ length: 3 + Math.floor(random.next() * 3) }, () => [
      speak({ syllables: 6 + Math.floor(random.next() * 7), pitchHz, isQuestion: false }, random),
      silenceMs(random.between(220, 480)),
    ]).flat();
    const beep = tones([1000], random.between(350, 800));
    return {
      once: [silenceMs(random.between(200, 600)), ...phrases, silenceMs(random.between(300, 800)), beep],
      loop: [silenceMs(1000)],
    };
  },
  silence: (random) => ({ once: [], loop: [withHiss([silenceMs(2000)], random.between(4, 20), random)] }),
  // CED, 2100 Hz for 2.6 to 4 s (ITU-T T.30).
  fax: (random) => ({
    once: [silenceMs(random.between(300, 900)), tones([2100], random.between(2600, 4000))],
    loop: [silenceMs(1000)],
  }),
  // 425 Hz, 1 s in 5 (ITU-T E.180 supplement 2, Brazil).
  ringback: () => ({ once: [], loop: [tones([425], 1000), silenceMs(4000)] }),
  // Three rising tones (ITU-T E.180), then silence until the refusal.
  sit: () => ({
    once: [913.8, 1370.6, 1776.7].map((frequency) => tones([frequency], 330)),
    loop: [silenceMs(1000)],
  }),
};

function pitch(random: SeededRandom): number {
  return random.next() < 0.5 ? random.between(90, 140) : random.between(165, 240);
}

function samplesOf(durationMs: number): number {
  return Math.round((durationMs * SAMPLE_RATE_HZ) / 1000);
}

function silenceMs(durationMs: number): Int16Array {
  return new Int16Array(samplesOf(durationMs));
}

/** The frequencies together, in Hz, with 5 ms ramps against clicks; about −13 dBm0. */
function tones(frequencies: readonly number[], durationMs: number): Int16Array {
  const length = samplesOf(durationMs);
  const ramp = samplesOf(5);
  return Int16Array.from({ length }, (_, n) => {
    const sum = frequencies.reduce((level, hz) => level + Math.sin((2 * Math.PI * hz * n) / SAMPLE_RATE_HZ), 0);
    return Math.round((7000 / frequencies.length) * sum * Math.min(1, n / ramp, (length - 1 - n) / ramp));
  });
}

function withHiss(parts: readonly Int16Array[], peak: number, random: SeededRandom): Int16Array {
  return joined(parts).map((sample) => sample + Math.round((random.next() - random.next()) * peak));
}

function joined(parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The end of each part is filled up to a whole frame. */
function encode({ once, loop }: Composition): Sound {
  const toFrames = (part: Int16Array): Int16Array => {
    const whole = new Int16Array(Math.ceil(part.length / FRAME_SAMPLES) * FRAME_SAMPLES);
    whole.set(part);
    return whole;
  };
  const beginning = toFrames(joined(once));
  const samples = joined([beginning, toFrames(joined(loop))]);
  return {
    encoded: { [Codec.PCMU]: encodeG711(samples, Codec.PCMU), [Codec.PCMA]: encodeG711(samples, Codec.PCMA) },
    loopFrom: beginning.length,
  };
}
