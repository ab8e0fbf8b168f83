import { encodeG711 } from './g711.js';

const SAMPLES_PER_SECOND = 8_000;

/** Keeps the first seconds of a call, in µ-law. */
export class StartRecorder {
  private readonly bytes: Uint8Array;
  private filled = 0;

  /** @param seconds 0: nothing is kept */
  constructor(seconds: number) {
    this.bytes = new Uint8Array(seconds * SAMPLES_PER_SECOND);
  }

  record(samples: Int16Array): void {
    if (this.filled + samples.length > this.bytes.length) return;
    encodeG711(samples, this.bytes.subarray(this.filled, this.filled + samples.length), 'PCMU');
    this.filled += samples.length;
  }

  get recording(): Uint8Array | null {
    return this.filled === 0 ? null : this.bytes.subarray(0, this.filled);
  }
}
