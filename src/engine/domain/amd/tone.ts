/** What a tone on the line means. A dial tone or any steady tone of a network counts as `BUSY`: nobody is there. */
export type ToneKind = 'BEEP' | 'SIT' | 'FAX' | 'BUSY' | 'RINGBACK';

/** A tone recognised. Times count from the first sample pushed. */
export interface ToneEvent {
  readonly kind: ToneKind;
  readonly onsetMs: number;
  /** The end of the last frame that belongs to it, so far. */
  readonly endMs: number;
  /** When it was certain: the end of the frame that decided. */
  readonly atMs: number;
  /** Of its first or strongest partial. */
  readonly frequencyHz: number;
  /** 0 to 1: how much of the sound was the tone alone. */
  readonly confidence: number;
}
