import type { Log } from '../contracts/log.js';
import type { Clock } from '../contracts/clock.js';

/** Operations in one transaction. More gain little, and make one poisoned operation costlier to find. */
const MAX_BATCH = 500;
/** So long after the beginning of a transaction the next one begins, unless more wait than go into one, milliseconds. */
const GATHER_MS = 10;
/** Operations that wait in memory while the database is away; about 1 KB each. */
const MAX_WAITING = 100_000;
const RETRY_MS = { first: 50, last: 2000 };

interface Waiting<Operation> {
  readonly operation: Operation;
  readonly done: (result: boolean) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Writes operations in their order, one transaction at a time; what comes shortly after the beginning of one goes into
 * the next. So a lone operation waits for nobody, and a thousand share a handful of commits.
 *
 * While the database does not answer, operations wait and are tried again. An operation that the database refuses is
 * found by writing its batch one by one, and only it fails.
 */
export class BatchWriter<Operation> {
  private waiting: Waiting<Operation>[] = [];
  private isWriting = false;
  private stopped: Error | undefined;

  /** `write` commits a batch, and answers for each operation whether it changed anything. */
  constructor(
    private readonly write: (batch: readonly Operation[]) => Promise<readonly boolean[]>,
    private readonly isOutage: (error: unknown) => boolean,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Resolves after the commit, with whether anything changed. */
  add(operation: Operation): Promise<boolean> {
    if (this.stopped) return Promise.reject(this.stopped);
    if (this.waiting.length >= MAX_WAITING) {
      return Promise.reject(new Error(`More than ${MAX_WAITING} writes wait for the database.`));
    }
    return new Promise((done, failed) => {
      this.waiting.push({ operation, done, failed });
      if (!this.isWriting) void this.writeAll();
    });
  }

  /** What still waits fails; a transaction that is under way ends as it may. */
  stop(): void {
    this.stopped = new Error('The engine has stopped; the write was given up.');
    for (const { failed } of this.waiting.splice(0)) failed(this.stopped);
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    try {
      // Operations of the same turn of the event loop go together.
      await Promise.resolve();
      while (this.waiting.length > 0) {
        const beganAtMs = this.clock.monotonicMs();
        await this.writeBatch(this.waiting.splice(0, MAX_BATCH));
        const leftMs = beganAtMs + GATHER_MS - this.clock.monotonicMs();
        if (leftMs > 0 && this.waiting.length < MAX_BATCH && !this.stopped) await this.pause(leftMs);
      }
    } finally {
      this.isWriting = false;
    }
  }

  private async writeBatch(batch: readonly Waiting<Operation>[]): Promise<void> {
    let waitMs = RETRY_MS.first;
    for (;;) {
      try {
        const results = await this.write(batch.map((entry) => entry.operation));
        batch.forEach((entry, index) => {
          entry.done(results[index] ?? false);
        });
        return;
      } catch (error) {
        if (this.stopped) {
          for (const { failed } of batch) failed(this.stopped);
          return;
        }
        if (!this.isOutage(error)) {
          await this.writeOneByOne(batch, error);
          return;
        }
        this.log.warn({ err: error, waiting: this.waiting.length + batch.length }, 'database away, writes wait');
        await this.pause(waitMs);
        waitMs = Math.min(waitMs * 2, RETRY_MS.last);
      }
    }
  }

  private async writeOneByOne(batch: readonly Waiting<Operation>[], error: unknown): Promise<void> {
    const [only] = batch;
    if (batch.length === 1 && only) {
      only.failed(error);
      return;
    }
    for (const entry of batch) await this.writeBatch([entry]);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.setTimer(ms, resolve);
    });
  }
}
