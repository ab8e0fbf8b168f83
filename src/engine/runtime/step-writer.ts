import type { AttemptStep, AttemptStore } from '../contracts/attempt-store.js';
import type { EngineEvents } from '../contracts/engine-events.js';
import type { Log } from '../contracts/log.js';

/**
 * Writes the steps of one attempt, and tells of each after its commit. The store keeps the order, and may commit several
 * of them together. Nobody waits for it but `DIALING`, which must be committed before the INVITE leaves.
 */
export class StepWriter {
  constructor(
    private readonly campaignId: string,
    private readonly store: AttemptStore,
    private readonly events: EngineEvents,
    private readonly log: Log,
  ) {}

  /** Resolves to true after the commit, to false if the step could not be written; never rejects. */
  async write(step: AttemptStep): Promise<boolean> {
    const { attemptId, state, at, pilotDialog } = step;
    try {
      await this.store.move(step);
    } catch (error) {
      this.log.error({ err: error, attemptId, state }, 'attempt step not written');
      return false;
    }
    // The step that it comes with was told before.
    if (pilotDialog === undefined)
      this.events.publish({ type: 'attempt-moved', campaignId: this.campaignId, attemptId, state, at });
    return true;
  }
}
