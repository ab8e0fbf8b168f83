import type { MikroORM } from '@mikro-orm/postgresql';
import { topicNames, type Topics } from '../../api/topics.js';
import type { EngineEvent } from '../../engine/contracts/engine-events.js';
import { CallAttempt } from '../../entities/call-attempt.js';
import { asAfterStep, stepNumber } from './attempt-view.js';
import type { Feed } from './watched-feeds.js';

type Moved = Extract<EngineEvent, { type: 'attempt-moved' }>;

/** Steps that come within this time are read with one statement. */
const GATHER_MS = 20;
const RETRY_MS = 1000;

/**
 * Turns the steps of a campaign's attempts into rows, once for all who watch. The engine tells of a step when it is
 * committed, so that the row has it; later steps that it may have too are left out.
 */
export class AttemptsFeed implements Feed {
  /** In the order in which they came. */
  private waiting: Moved[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isReading = false;
  private isStopped = false;
  private readonly unsubscribe: () => void;

  constructor(
    private readonly orm: MikroORM,
    private readonly topics: Topics,
    private readonly campaignId: string,
  ) {
    this.unsubscribe = topics.listen(topicNames.attempts(campaignId), (event) => {
      this.waiting.push(event as Moved);
      this.readSoon(GATHER_MS);
    });
  }

  /** The attempts in flight, as they are now. */
  async inFlight(): Promise<CallAttempt[]> {
    const { campaignId } = this;
    return this.orm.em
      .fork()
      .find(CallAttempt, { campaignId, endedAt: null }, { orderBy: { queuedAt: 'asc', id: 'asc' } });
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.unsubscribe();
  }

  private readSoon(delayMs: number): void {
    if (this.timer || this.isReading || this.isStopped || this.waiting.length === 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.publish();
    }, delayMs);
  }

  private async publish(): Promise<void> {
    const steps = this.waiting;
    this.waiting = [];
    this.isReading = true;
    let delayMs = GATHER_MS;
    try {
      const ids = [...new Set(steps.map((step) => step.attemptId))];
      const rows = await this.orm.em.fork().find(CallAttempt, { id: { $in: ids } });
      const byId = new Map(rows.map((row) => [row.id, row]));
      for (const { attemptId, state } of steps) {
        const row = byId.get(attemptId);
        if (row) this.topics.publish(topicNames.attemptRows(this.campaignId), asAfterStep(row, state));
      }
    } catch {
      // None is missed: they are read when the database is back.
      this.waiting = [...steps, ...this.waiting];
      delayMs = RETRY_MS;
    }
    this.isReading = false;
    this.readSoon(delayMs);
  }
}

/**
 * Leaves out steps that the snapshot has shown already: an attempt is never shown as it was before what was shown. No
 * generator: the `return()` of one would wait for the next step.
 */
export function forwardOnly(rows: AsyncIterableIterator<CallAttempt>): AsyncIterableIterator<CallAttempt> {
  const shown = new Map<string, number>();
  const isNews = (row: CallAttempt): boolean => {
    const step = stepNumber(row.state);
    if (step <= (shown.get(row.id) ?? -1)) return false;
    if (row.endedAt) shown.delete(row.id);
    else shown.set(row.id, step);
    return true;
  };
  return {
    async next() {
      for (;;) {
        const result = await rows.next();
        if (result.done || isNews(result.value)) return result;
      }
    },
    async return() {
      await rows.return?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
