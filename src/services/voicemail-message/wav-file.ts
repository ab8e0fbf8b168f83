import { setImmediate } from 'node:timers/promises';
import wavefile from 'wavefile';
import { readWavChunks } from './wav-chunks.js';

/** Audio of a file: one channel, -1 to 1. */
export interface Audio {
  readonly sampleRate: number;
  readonly samples: Float32Array;
}

/** The file is not audio that can be used; the message says what is allowed. */
export class NotUsableAudio extends Error {}

/** The usual ones: the filter for any other has thousands of phases, which takes too long to lay out. */
const SAMPLE_RATES = [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];
const ALLOWED = `WAV with 16 or 24 bits a sample, µ-law or A-law, one or two channels, and ${SAMPLE_RATES.slice(0, -1).join(', ')} or ${SAMPLE_RATES.at(-1)} samples a second`;
/** Samples that are read without a break: the process has calls to look after. */
const PIECE_SAMPLES = 20_000;

/** One way in which a file may have its samples. */
interface SampleFormat {
  readonly bytes: number;
  /** The sample that begins at the offset, -1 to 1. */
  readonly read: (data: Buffer, offset: number) => number;
}

/** By the number that the RIFF specification has for the coding, and the bits a sample. */
const FORMATS: Readonly<Record<string, SampleFormat>> = {
  '1/16': { bytes: 2, read: (data, offset) => data.readInt16LE(offset) / 2 ** 15 },
  '1/24': { bytes: 3, read: (data, offset) => (data.readUInt8(offset) + data.readInt16LE(offset + 1) * 256) / 2 ** 23 },
  '6/8': companded((wav) => wav.fromALaw(), '8a'),
  '7/8': companded((wav) => wav.fromMuLaw(), '8m'),
};

/** Reads a WAV file; two channels become one. Takes no more than some milliseconds at a time. */
export async function readWav(bytes: Uint8Array, maximumSeconds: number): Promise<Audio> {
  const wav = readWavChunks(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (wav === null) throw new NotUsableAudio(`it is not a WAV file; allowed is ${ALLOWED}`);
  const { coding, bitsPerSample, channels, sampleRate, data } = wav;
  const format = FORMATS[`${coding}/${bitsPerSample}`];
  if (format === undefined || channels < 1 || channels > 2 || !SAMPLE_RATES.includes(sampleRate)) {
    const found = `${channels} channels, ${sampleRate} samples a second, ${bitsPerSample} bits a sample and the coding ${coding}`;
    throw new NotUsableAudio(`it has ${found}; allowed is ${ALLOWED}`);
  }
  const length = Math.floor(data.length / (format.bytes * channels));
  const seconds = length / sampleRate;
  if (length === 0) throw new NotUsableAudio('it has no audio');
  if (seconds > maximumSeconds) {
    throw new NotUsableAudio(`it is ${seconds.toFixed(1)} seconds long; ${maximumSeconds} are allowed`);
  }
  return { sampleRate, samples: await mix(data, format, length, channels) };
}

async function mix(data: Buffer, format: SampleFormat, length: number, channels: number): Promise<Float32Array> {
  const mixed = new Float32Array(length);
  for (let at = 0; at < length; at++) {
    if (at % PIECE_SAMPLES === 0) await setImmediate();
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      sum += format.read(data, (at * channels + channel) * format.bytes);
    }
    mixed[at] = sum / channels;
  }
  return mixed;
}

/** All 256 codes are expanded once: for a whole file that takes the package seconds. */
function companded(expand: (wav: wavefile.WaveFile) => void, bitDepth: '8m' | '8a'): SampleFormat {
  const wav = new wavefile.WaveFile();
  wav.fromScratch(
    1,
    8_000,
    bitDepth,
    Array.from({ length: 256 }, (_, code) => code),
  );
  expand(wav);
  const samples = wav.getSamples(true);
  return { bytes: 1, read: (data, offset) => (samples[data.readUInt8(offset)] ?? 0) / 2 ** 15 };
}

/** A WAV file of 8 kHz and one channel around the samples: 16 bits little-endian, or µ-law. */
export function wavOf(samples: Uint8Array, format: 'PCM' | 'MU_LAW'): Buffer {
  const bytesPerSample = format === 'PCM' ? 2 : 1;
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(format === 'PCM' ? 1 : 7, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8_000, 24);
  header.writeUInt32LE(8_000 * bytesPerSample, 28);
  header.writeUInt16LE(bytesPerSample, 32);
  header.writeUInt16LE(8 * bytesPerSample, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}
