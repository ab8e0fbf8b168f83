/** What a WAV file says of its samples, and the samples. */
export interface WavChunks {
  /** As the RIFF specification numbers them: 1 is linear PCM, 6 A-law, 7 µ-law. */
  readonly coding: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bitsPerSample: number;
  readonly data: Buffer;
}

/** A file has some; one with more than this was made to keep the process busy. */
const MOST_CHUNKS = 1_000;
const CHUNK_HEADER_BYTES = 8;
const FORMAT_BYTES = 16;
/** WAVE_FORMAT_EXTENSIBLE: the number of the coding is at the beginning of a GUID, whose rest is always the same. */
const EXTENSIBLE = 0xfffe;
const SUBFORMAT_AT = 24;
const SUBFORMAT_REST = Buffer.from('000000001000800000aa00389b71', 'hex');

/**
 * Finds the two chunks that matter, whatever else the file has: the others are stepped over, unread. Null: they are not
 * there. A file that is cut, or whose length was not known when it was begun, has what is there.
 */
export function readWavChunks(file: Buffer): WavChunks | null {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') return null;
  let format: Buffer | undefined;
  let data: Buffer | undefined;
  let at = 12;
  for (let chunks = 0; chunks < MOST_CHUNKS && at + CHUNK_HEADER_BYTES <= file.length; chunks++) {
    const name = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const content = file.subarray(at + CHUNK_HEADER_BYTES, at + CHUNK_HEADER_BYTES + size);
    if (name === 'fmt ') format ??= content;
    if (name === 'data') data ??= content;
    // Chunks begin at even offsets.
    at += CHUNK_HEADER_BYTES + size + (size % 2);
  }
  if (format === undefined || format.length < FORMAT_BYTES || data === undefined) return null;
  return {
    coding: codingOf(format),
    channels: format.readUInt16LE(2),
    sampleRate: format.readUInt32LE(4),
    bitsPerSample: format.readUInt16LE(14),
    data,
  };
}

function codingOf(format: Buffer): number {
  const coding = format.readUInt16LE(0);
  if (coding !== EXTENSIBLE) return coding;
  const isKnown = format.subarray(SUBFORMAT_AT + 2, SUBFORMAT_AT + 16).equals(SUBFORMAT_REST);
  return isKnown ? format.readUInt16LE(SUBFORMAT_AT) : coding;
}
