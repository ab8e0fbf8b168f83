import type { MikroORM } from '@mikro-orm/postgresql';
import { topicNames, type Topics } from '../../api/topics.js';
import type { CampaignCountersReader, CountersNow } from '../../services/campaign-counters.js';
import type { Feed } from './watched-feeds.js';

/** At most 4 times a second (api.md, Operations). */
const SHORTEST_INTERVAL_MS = 250;
/** A change that could not be read because the database was away is read when it is back. */
const RETRY_MS = 1000;

/**
 * Reads the counters of one campaign when they may have changed, once for all who watch. One read runs at a time, so
 * that a newer value never comes before an older one, and a change during a read leads to another read.
 */
export class CountersFeed implements Feed {
  private readonly unsubscribe: () => void;
  private reading: Promise<CountersNow | undefined> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private lastReadMs = -Infinity;
  private lastValue: CountersNow | undefined;
  private isStopped = false;

  constructor(
    private readonly orm: MikroORM,
    private readonly counters: CampaignCountersReader,
    private readonly topics: Topics,
    private readonly campaignId: string,
  ) {
    this.unsubscribe = topics.listen(topicNames.countersChanged(campaignId), () => {
      this.readSoon(SHORTEST_INTERVAL_MS - (performance.now() - this.lastReadMs));
    });
  }

  /** For one who begins to watch: the present counters, or those that were read an instant ago. */
  async snapshot(): Promise<readonly CountersNow[]> {
    const isFresh = this.lastValue && !this.timer && performance.now() - this.lastReadMs < SHORTEST_INTERVAL_MS;
    const value = isFresh ? this.lastValue : await (this.reading ?? this.read());
    return value ? [value] : [];
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.unsubscribe();
  }

  private readSoon(delayMs: number): void {
    if (this.timer || this.isStopped) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.publish();
    }, delayMs);
  }

  private async publish(): Promise<void> {
    // The change may have come too late for a read that runs already.
    while (this.reading) await this.reading.catch(() => undefined);
    try {
      const value = await this.read();
      if (value && !this.isStopped) this.topics.publish(topicNames.counterValues(this.campaignId), value);
    } catch {
      this.readSoon(RETRY_MS);
    }
  }

  private read(): Promise<CountersNow | undefined> {
    this.lastReadMs = performance.now();
    this.reading = this.counters
      .read(this.orm.em.fork(), [this.campaignId])
      .then((found) => {
        this.lastValue = found.get(this.campaignId);
        return this.lastValue;
      })
      .finally(() => {
        this.reading = undefined;
      });
    return this.reading;
  }
}
