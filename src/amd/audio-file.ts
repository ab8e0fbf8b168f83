import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import wavefile from 'wavefile';

const SAMPLE_RATE_HZ = 8_000;
/** Names of wavefile for one byte a sample of either law. */
const RAW = { '.ulaw': '8m', '.alaw': '8a' } as const;
export const AUDIO_EXTENSIONS: readonly string[] = [...Object.keys(RAW), '.wav'];

/** A file that is no audio of a kind that can be read; the message names the file and the reason. */
export class UnreadableAudio extends Error {}

const isRaw = (extension: string): extension is keyof typeof RAW => extension in RAW;

/** Decodes a WAV file of any bit depth, rate and number of channels, or raw G.711, to 16-bit samples of 8 kHz; of several channels the first. */
export function readAudioFile(path: string): Int16Array {
  const extension = extname(path).toLowerCase();
  const wave = new wavefile.WaveFile();
  try {
    const bytes = readFileSync(path);
    if (isRaw(extension)) wave.fromScratch(1, SAMPLE_RATE_HZ, RAW[extension], bytes);
    else if (extension === '.wav') wave.fromBuffer(bytes);
    else throw new UnreadableAudio(`expected one of ${AUDIO_EXTENSIONS.join(', ')}`);
    if (wave.bitDepth === '8m') wave.fromMuLaw();
    else if (wave.bitDepth === '8a') wave.fromALaw();
    else if (wave.bitDepth === '4') wave.fromIMAADPCM();
    if (wave.bitDepth !== '16') wave.toBitDepth('16');
    // Of type `number`, and a number of Hz, although the declaration calls the container's header an object.
    const { sampleRate } = wave.fmt as { sampleRate: number };
    if (sampleRate !== SAMPLE_RATE_HZ) wave.toSampleRate(SAMPLE_RATE_HZ);
    return firstChannel(wave);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnreadableAudio(`${path}: cannot be read as audio: ${reason}`, { cause: error });
  }
}

function firstChannel(wave: wavefile.WaveFile): Int16Array {
  const { numChannels } = wave.fmt as { numChannels: number };
  const interleaved = wave.getSamples(true);
  const samples = new Int16Array(Math.floor(interleaved.length / numChannels));
  for (let n = 0; n < samples.length; n++)
    samples[n] = Math.max(-32_768, Math.min(32_767, Math.round(interleaved[n * numChannels] ?? 0)));
  return samples;
}
