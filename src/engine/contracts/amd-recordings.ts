/** Keeps the first seconds of calls, where an installation wants that to tune detection. */
export interface AmdRecordings {
  /** µ-law, 8 kHz. Resolves after the commit. */
  save(attemptId: string, muLaw: Uint8Array, at: Date): Promise<void>;
}
