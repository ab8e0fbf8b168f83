import wavefile from 'wavefile';

export interface WavOptions {
  readonly seconds: number;
  readonly sampleRate?: number;
  readonly channels?: number;
  /** As the package `wavefile` names it: `16`, `24`, `8` and so on. */
  readonly bitDepth?: string;
  readonly toneHz?: number;
}

/** A WAV file with a tone of half the full scale on all channels. */
export function toneWav(options: WavOptions): Uint8Array<ArrayBuffer> {
  const { seconds, sampleRate = 8_000, channels = 1, bitDepth = '16', toneHz = 1_000 } = options;
  const scale = bitDepth === '24' ? 2 ** 22 : bitDepth === '8' ? 64 : 2 ** 14;
  const samples = Array.from({ length: Math.round(seconds * sampleRate) }, (_, at) =>
    Math.round(scale * Math.sin((2 * Math.PI * toneHz * at) / sampleRate) + (bitDepth === '8' ? 128 : 0)),
  );
  const wav = new wavefile.WaveFile();
  wav.fromScratch(channels, sampleRate, bitDepth, channels === 1 ? samples : new Array(channels).fill(samples));
  return Uint8Array.from(wav.toBuffer());
}

/** As companded by G.711. */
export function companded(wav: Uint8Array, law: 'mu' | 'A'): Uint8Array<ArrayBuffer> {
  const file = new wavefile.WaveFile(wav);
  if (law === 'mu') file.toMuLaw();
  else file.toALaw();
  return Uint8Array.from(file.toBuffer());
}

export interface ReadWav {
  readonly sampleRate: number;
  readonly channels: number;
  readonly bitDepth: string;
  readonly samples: Int16Array;
}

export function readWav(bytes: Uint8Array): ReadWav {
  const wav = new wavefile.WaveFile(bytes);
  const { sampleRate, numChannels: channels } = wav.fmt as { sampleRate: number; numChannels: number };
  const { bitDepth } = wav;
  if (bitDepth === '8m') wav.fromMuLaw();
  return { sampleRate, channels, bitDepth, samples: Int16Array.from(wav.getSamples(true)) };
}

/** Amplitude of the tone in the samples, whatever else is in them (a discrete Fourier transform at one frequency). */
export function amplitudeAt(samples: Int16Array, toneHz: number): number {
  let [real, imaginary] = [0, 0];
  samples.forEach((sample, at) => {
    real += sample * Math.cos((2 * Math.PI * toneHz * at) / 8_000);
    imaginary += sample * Math.sin((2 * Math.PI * toneHz * at) / 8_000);
  });
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}
