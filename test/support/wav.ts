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

/** A RIFF chunk as it is in a file. */
export function chunk(name: string, content: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.write(name, 'latin1');
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, content, Buffer.alloc(content.length % 2)]);
}

/** The chunk that says what the samples are: 8 kHz, one channel. */
export function formatChunk(coding: number, bitsPerSample: number, more: Uint8Array = new Uint8Array()): Buffer {
  const content = Buffer.alloc(16);
  content.writeUInt16LE(coding, 0);
  content.writeUInt16LE(1, 2);
  content.writeUInt32LE(8_000, 4);
  content.writeUInt32LE(1_000 * bitsPerSample, 8);
  content.writeUInt16LE(bitsPerSample / 8, 12);
  content.writeUInt16LE(bitsPerSample, 14);
  return chunk('fmt ', Buffer.concat([content, more]));
}

export function riffWave(...chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), ...chunks])));
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
