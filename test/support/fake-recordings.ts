import type { AmdRecordings } from '../../src/engine/contracts/amd-recordings.js';

/** Recordings in memory. */
export class FakeRecordings implements AmdRecordings {
  readonly saved = new Map<string, Uint8Array>();
  isDown = false;

  save(attemptId: string, muLaw: Uint8Array): Promise<void> {
    if (this.isDown) return Promise.reject(new Error('database away'));
    this.saved.set(attemptId, muLaw);
    return Promise.resolve();
  }
}
