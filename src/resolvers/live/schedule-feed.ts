import type { MikroORM } from '@mikro-orm/postgresql';
import { topicNames, type Topics } from '../../api/topics.js';
import { localDateAt } from '../../engine/domain/calling-calendar.js';
import { Campaign } from '../../entities/campaign.js';
import { Schedule } from '../../entities/schedule.js';
import type { Services } from '../../services/index.js';
import type { ScheduleChange } from '../types/schedule-types.js';
import type { Feed } from './watched-feeds.js';

/** Changes that come within this time are told together. */
const GATHER_MS = 50;
const RETRY_MS = 1000;
/** A timer counts to 24.8 days at the most: an edge that is further away is looked for again. */
const LONGEST_WAIT_MS = 86_400_000;

/**
 * The schedules of one campaign, from the day on which the first of those who watch began. It reads them again when the
 * engine or a use case says so and when a window opens or closes, of which nobody tells while the campaign is stopped;
 * whoever watches is told of those that are others than before.
 */
export class ScheduleFeed implements Feed {
  private known: ReadonlyMap<string, string> | undefined;
  private firstDay: string | undefined;
  private timeZone = 'UTC';
  private reading: Promise<readonly Schedule[]> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private edge: NodeJS.Timeout | undefined;
  private isStopped = false;
  private readonly unsubscribe: readonly (() => void)[];

  constructor(
    private readonly orm: MikroORM,
    private readonly services: Services,
    private readonly topics: Topics,
    private readonly campaignId: string,
  ) {
    const lookSoon = (): void => {
      this.lookSoon(GATHER_MS);
    };
    // Whether the campaign is started and its do-not-call service answers decides what an open schedule is.
    this.unsubscribe = [
      topics.listen(topicNames.schedules(campaignId), lookSoon),
      topics.listen(topicNames.campaign(campaignId), lookSoon),
    ];
  }

  /** Today's schedule and all later ones, as they are now. */
  async snapshot(): Promise<readonly ScheduleChange[]> {
    const { campaignId } = this;
    const schedules = await this.look();
    const today = localDateAt(new Date(), this.timeZone);
    const changed = schedules.filter(({ date }) => date >= today);
    return [{ campaignId, changed, deletedScheduleIds: [] }];
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.edge);
    for (const end of this.unsubscribe) end();
  }

  private lookSoon(delayMs: number): void {
    if (this.timer || this.isStopped) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.look().catch(() => {
        this.lookSoon(RETRY_MS);
      });
    }, delayMs);
  }

  /** One after another, so that an older state is never told after a newer one. */
  private async look(): Promise<readonly Schedule[]> {
    while (this.reading) await this.reading.catch(() => undefined);
    this.reading = this.readAndTell().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async readAndTell(): Promise<readonly Schedule[]> {
    const { campaignId } = this;
    const em = this.orm.em.fork();
    const campaign = await em.findOne(Campaign, campaignId);
    if (!campaign) return [];
    this.timeZone = campaign.timeZone;
    this.firstDay ??= localDateAt(new Date(), this.timeZone);
    const schedules = await em.find(
      Schedule,
      { campaign: campaignId, date: { $gte: this.firstDay } },
      { orderBy: { date: 'asc' } },
    );
    const now = new Date();
    const before = this.known;
    const present = new Map(
      schedules.map((schedule) => {
        const { id, date, startTime, endTime, startsAt, endsAt } = schedule;
        const status = this.services.scheduleStatus.statusOf(schedule, campaign, now);
        return [id, JSON.stringify([date, startTime, endTime, startsAt, endsAt, status])];
      }),
    );
    this.known = present;
    if (this.isStopped) return schedules;
    this.waitForEdge(schedules, now);
    if (!before) return schedules;
    const changed = schedules.filter(({ id }) => present.get(id) !== before.get(id));
    const deletedScheduleIds = [...before.keys()].filter((id) => !present.has(id));
    if (changed.length > 0 || deletedScheduleIds.length > 0) {
      const change: ScheduleChange = { campaignId, changed, deletedScheduleIds };
      this.topics.publish(topicNames.scheduleChanges(campaignId), change);
    }
    return schedules;
  }

  private waitForEdge(schedules: readonly Schedule[], now: Date): void {
    clearTimeout(this.edge);
    const waits = schedules
      .flatMap(({ startsAt, endsAt }) => [startsAt.getTime(), endsAt.getTime()])
      .map((edge) => edge - now.getTime())
      .filter((wait) => wait > 0);
    if (waits.length === 0) return;
    // A timer may be a millisecond early; then the next look waits for the same edge again.
    this.edge = setTimeout(
      () => {
        this.lookSoon(0);
      },
      Math.min(...waits, LONGEST_WAIT_MS),
    );
  }
}
