import { SlowReader, type SubscribeOptions, type Topics } from '../../api/topics.js';

/** Runs while somebody watches, and publishes to the topic that they watch. */
export interface Feed {
  stop(): void;
}

/**
 * One feed for all who watch the same thing. It starts with the first of them and stops when the last one has gone, so
 * that what nobody watches costs nothing and what a hundred watch is read once.
 */
export class WatchedFeeds<F extends Feed> {
  private readonly feeds = new Map<string, F>();

  constructor(
    private readonly topics: Topics,
    private readonly topicOf: (id: string) => string,
    private readonly start: (id: string) => F,
  ) {}

  /** Watches from this moment on. The snapshot is taken after the feed has begun to listen, so that nothing falls between. */
  watch<T>(
    id: string,
    snapshot: (feed: F) => Promise<readonly T[]>,
    options: SubscribeOptions<T>,
  ): AsyncIterableIterator<T> {
    const topic = this.topicOf(id);
    const feed = this.feeds.get(id) ?? this.start(id);
    this.feeds.set(id, feed);
    const values = this.topics.subscribe<T>(topic, { ...options, snapshot: () => snapshot(feed) });
    const leave = (): void => {
      if (this.topics.isWatched(topic) || this.feeds.get(id) !== feed) return;
      this.feeds.delete(id);
      feed.stop();
    };
    return {
      async next() {
        try {
          const result = await values.next();
          if (result.done) leave();
          return result;
        } catch (error) {
          leave();
          // The socket has been cut off; there is nobody left to tell.
          if (error instanceof SlowReader && options.onSlow) return { value: undefined, done: true };
          throw error;
        }
      },
      async return() {
        await values.return?.();
        leave();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
