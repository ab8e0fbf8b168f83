import type { Topics } from '../../api/topics.js';
import type { Feed } from './watched-feeds.js';

/** At most 4 times a second (api.md, Operations). */
export const SHORTEST_INTERVAL_MS = 250;
/** A change that could not be read because the database was away is read when it is back. */
const RETRY_MS = 1000;

export interface LatestOptions<T> {
  /** Topic that tells of changes. */
  readonly changes: string;
  /** Topic of those who watch. */
  readonly values: string;
  /** False: the change is none of what is shown. */
  readonly isNews?: (change: unknown) => boolean;
  /** Undefined: there is nothing to show any more. */
  readonly read: () => Promise<T | undefined>;
}

/**
 * Reads one thing when it may have changed, once for all who watch. One read runs at a time, so that a newer value never
 * comes before an older one, and a change during a read leads to another read.
 */
export class LatestFeed<T> implements Feed {
  private readonly unsubscribe: () => void;
  private reading: Promise<T | undefined> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private lastReadMs = -Infinity;
  private lastValue: T | undefined;
  private isStopped = false;

  constructor(
    private readonly topics: Topics,
    private readonly options: LatestOptions<T>,
  ) {
    this.unsubscribe = topics.listen(options.changes, (change) => {
      if (options.isNews?.(change) === false) return;
      this.readSoon(SHORTEST_INTERVAL_MS - (performance.now() - this.lastReadMs));
    });
  }

  /** For one who begins to watch: the present value, or the one that was read an instant ago. */
  async snapshot(): Promise<readonly T[]> {
    const isFresh = this.lastValue && !this.timer && performance.now() - this.lastReadMs < SHORTEST_INTERVAL_MS;
    const value = isFresh ? this.lastValue : await (this.reading ?? this.read());
    return value === undefined ? [] : [value];
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.unsubscribe();
  }

  private readSoon(delayMs: number): void {
    if (this.timer || this.isStopped) return;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        void this.publish();
      },
      Math.max(0, delayMs),
    );
  }

  private async publish(): Promise<void> {
    // The change may have come too late for a read that runs already.
    while (this.reading) await this.reading.catch(() => undefined);
    try {
      const value = await this.read();
      if (value !== undefined && !this.isStopped) this.topics.publish(this.options.values, value);
    } catch {
      this.readSoon(RETRY_MS);
    }
  }

  private read(): Promise<T | undefined> {
    this.lastReadMs = performance.now();
    this.reading = this.options
      .read()
      .then((value) => (this.lastValue = value))
      .finally(() => {
        this.reading = undefined;
      });
    return this.reading;
  }
}
