import type { AttemptStep, AttemptStore } from '../contracts/attempt-store.js';
import type { EngineEvents } from '../contracts/engine-events.js';
import type { Log } from '../contracts/log.js';

/**
 * Writes the steps of one attempt in order, and tells of each after its commit. Nobody waits for it but `DIALING`,
 * which must be committed before the INVITE leaves, and the end.
 */
export class StepWriter {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly campaignId: string,
    private readonly store: AttemptStore,
    private readonly events: EngineEvents,
    private readonly log: Log,
  ) {}

  /** Resolves to true after the commit, to false if the step could not be written; never rejects. */
  write(step: AttemptStep): Promise<boolean> {
    return this.then(async () => {
      try {
        await this.store.move(step);
      } catch (error) {
        this.log.error({ err: error, attemptId: step.attemptId, state: step.state }, 'attempt step not written');
        return false;
      }
      this.publish(step.attemptId, step.state, step.at);
      return true;
    });
  }

  /** Runs `task` after the steps written so far. */
  then<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.last.then(task);
    this.last = result.catch(() => undefined);
    return result;
  }

  private publish(attemptId: string, state: AttemptStep['state'], at: Date): void {
    this.events.publish({ type: 'attempt-moved', campaignId: this.campaignId, attemptId, state, at });
  }
}
