import { wakeInTurn } from './wake-in-turn.js';

/**
 * Publish and subscribe inside the process, bounded: a reader that does not read holds at most `MAX_QUEUED` values.
 *
 * A topic is the finest thing that is watched (one campaign), so that selection happens before the queue.
 */
export const MAX_QUEUED = 256;

/** The reader was too slow and its queue is gone: subscribe again, and begin with the present state. */
export class SlowReader extends Error {
  constructor() {
    super(`More than ${MAX_QUEUED} values waited for a subscriber that does not read.`);
    this.name = 'SlowReader';
  }
}

export interface SubscribeOptions<T> {
  /** What is sent first. Values that arrive while it is read are kept and follow it. */
  readonly snapshot?: () => Promise<readonly T[]>;
  /** Values of the same key replace each other while they wait: a slow reader gets the newest only. */
  readonly keyOf?: (value: T) => string;
  /** Called when the queue overflows, which ends the subscription. */
  readonly onSlow?: () => void;
}

interface Reader {
  push(value: unknown): void;
  end(error?: Error): void;
}

export class Topics {
  private readonly readers = new Map<string, Set<Reader>>();

  /** Never waits and never throws; costs nothing where nobody listens. */
  publish(topic: string, value: unknown): void {
    for (const reader of this.readers.get(topic) ?? []) reader.push(value);
  }

  /** Calls back for each value, at once: for readers inside the process that only take note. Returns what ends it. */
  listen(topic: string, push: (value: unknown) => void): () => void {
    const reader: Reader = { push, end: () => undefined };
    this.join(topic, reader);
    return () => {
      this.part(topic, reader);
    };
  }

  isWatched(topic: string): boolean {
    return this.readers.has(topic);
  }

  /** Ends every subscription of the topic: normally, or with an error. */
  end(topic: string, error?: Error): void {
    for (const reader of [...(this.readers.get(topic) ?? [])]) reader.end(error);
  }

  endAll(): void {
    for (const topic of [...this.readers.keys()]) this.end(topic);
  }

  /** Listens from this moment on, not from the first `next()`. */
  subscribe<T>(topic: string, options: SubscribeOptions<T> = {}): AsyncIterableIterator<T> {
    const queue = new Map<string, T>();
    let sequence = 0;
    let ended = false;
    let failure: Error | undefined;
    let wake: (() => void) | undefined;
    let isWaking = false;

    const leave = (): void => {
      ended = true;
      this.part(topic, reader);
      wake?.();
    };
    const reader: Reader = {
      push: (value) => {
        const key = options.keyOf?.(value as T) ?? String(sequence++);
        if (!queue.has(key) && queue.size >= MAX_QUEUED) {
          queue.clear();
          failure = new SlowReader();
          leave();
          options.onSlow?.();
          return;
        }
        queue.set(key, value as T);
        if (!wake || isWaking) return;
        isWaking = true;
        wakeInTurn(() => {
          isWaking = false;
          wake?.();
        });
      },
      end: (error) => {
        failure ??= error;
        leave();
      },
    };
    this.join(topic, reader);

    let first: T[] = [];
    const snapshot = options.snapshot?.().then(
      (values) => {
        first = [...values];
      },
      (error: unknown) => {
        failure = error instanceof Error ? error : new Error(String(error));
        leave();
      },
    );

    const take = (): IteratorResult<T> | undefined => {
      const early = first.shift();
      if (early !== undefined) return { value: early, done: false };
      const entry = queue.entries().next();
      if (!entry.done) {
        queue.delete(entry.value[0]);
        return { value: entry.value[1], done: false };
      }
      if (failure) {
        const error = failure;
        failure = undefined;
        throw error;
      }
      return ended ? { value: undefined, done: true } : undefined;
    };

    return {
      async next(): Promise<IteratorResult<T>> {
        await snapshot;
        for (;;) {
          const result = take();
          if (result) return result;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          wake = undefined;
        }
      },
      return(): Promise<IteratorResult<T>> {
        leave();
        return Promise.resolve({ value: undefined, done: true });
      },
      throw(error: unknown): Promise<IteratorResult<T>> {
        leave();
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  private join(topic: string, reader: Reader): void {
    const readers = this.readers.get(topic) ?? new Set();
    readers.add(reader);
    this.readers.set(topic, readers);
  }

  private part(topic: string, reader: Reader): void {
    const readers = this.readers.get(topic);
    readers?.delete(reader);
    if (readers?.size === 0) this.readers.delete(topic);
  }
}

/** The finest things that are watched, each a topic. */
export const topicNames = {
  /** Steps of the attempts of a campaign. */
  attempts: (campaignId: string): string => `attempts:${campaignId}`,
  /** That some counter of a campaign may have changed; what they are is read once for all who watch. */
  countersChanged: (campaignId: string): string => `counters:${campaignId}`,
  /** Settings, state or idle reason of a campaign. */
  campaign: (campaignId: string): string => `campaign:${campaignId}`,
  schedules: (campaignId: string): string => `schedules:${campaignId}`,
  /** That a campaign has moved to another group, or was deleted. */
  campaignAccess: (campaignId: string): string => `campaign-access:${campaignId}`,
  /** A campaign as it is after a change, read once for all who watch. */
  campaignRows: (campaignId: string): string => `campaign-rows:${campaignId}`,
  /** Schedules that are others than before, read once for all who watch. */
  scheduleChanges: (campaignId: string): string => `schedule-changes:${campaignId}`,
  /** Attempts of a campaign as they were after each step, read once for all who watch. */
  attemptRows: (campaignId: string): string => `attempt-rows:${campaignId}`,
  /** Counters of a campaign, read once for all who watch. */
  counterValues: (campaignId: string): string => `counter-values:${campaignId}`,
  /** Progress of an upload. */
  upload: (uploadId: string): string => `upload:${uploadId}`,
  engine: 'engine',
  /** State of the engine after a change. */
  engineValues: 'engine-values',
} as const;
