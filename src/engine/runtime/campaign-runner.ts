import type { ScheduleWindow, StartedCampaign } from '../contracts/campaign-store.js';
import type { CampaignStatus } from '../contracts/engine.js';
import { isOver, nextOpening, openWindow } from '../domain/calling-calendar.js';
import type { CampaignStopReason } from '../domain/campaign-state.js';
import type { TransferMode } from '../domain/line-state.js';
import type { IdleReason } from '../domain/idle-reason.js';
import { pace, type Pace } from '../domain/pacing.js';
import type { LeadDisposition } from '../domain/retry-policy.js';
import { RollingCount } from '../domain/rolling-count.js';
import { AttemptRunner } from './attempt-runner.js';
import type { EngineContext } from './engine-context.js';
import { LeadFeed } from './lead-feed.js';
import type { LineCapacity } from './port-pool.js';

/** What holds for all campaigns alike in one tick. */
export interface TickFacts {
  readonly now: Date;
  /** The same instant, monotonic, in milliseconds. What is allowed and when to wake up are asked of one and the same. */
  readonly nowMs: number;
  readonly databaseUp: boolean;
  readonly leased: boolean;
  /** For customers who are to be transferred so. */
  readonly lines: (transferMode: TransferMode) => LineCapacity;
  /** Calls that the installation's caps still allow. */
  readonly callsAllowed: number;
}

/** Reasons that are shown even while earlier calls still ring, because nothing new is dialed for as long as they last. */
const hardBlocks: ReadonlySet<IdleReason> = new Set<IdleReason>([
  'DATABASE_DOWN',
  'NOT_LEASED',
  'OUTSIDE_SCHEDULE',
  'DNC_OUT_OF_SERVICE',
]);

/**
 * One started campaign. In every tick the dispatcher asks it for its pace, shares what there is among the campaigns,
 * and then has it dial. In between it looks after its schedules, and stops the campaign when nothing is left to do.
 */
export class CampaignRunner {
  readonly feed: LeadFeed;
  private idleReason: IdleReason | null = null;
  private readonly lastMinute = new RollingCount();
  /** A claim or a question about the leads is under way: one at a time. */
  private busy = false;
  /** Asking the database to stop the campaign; after a refusal only the poll asks again. */
  private stopping: 'no' | 'asked' | 'refused' = 'no';
  private gone = false;
  private readonly markedRan = new Set<string>();
  /** The schedule that was open at the last look, and whether the do-not-call service answered. */
  private shown: { readonly window: ScheduleWindow; readonly dncDown: boolean } | undefined;

  constructor(
    private readonly context: EngineContext,
    private settings: StartedCampaign,
    private readonly database: { databaseAnswered(): void; databaseFailed(error: unknown): void },
    private readonly stopped: () => void,
  ) {
    this.feed = new LeadFeed(settings.id, context.deps.leads);
  }

  get campaign(): StartedCampaign {
    return this.settings;
  }

  /** New settings hold for the attempts that begin from now on. */
  update(settings: StartedCampaign): void {
    this.settings = settings;
  }

  /** The campaign is not started any more: what is being claimed is given back. */
  leave(): void {
    this.gone = true;
    if (this.shown) this.publishSchedule(this.shown.window);
  }

  isBusy(): boolean {
    return this.busy || this.stopping !== 'no' || this.gone;
  }

  pace(facts: TickFacts): Pace {
    const { queueId, dncServiceId, maxParallelCalls, id, transferMode } = this.settings;
    const { attempts, dnc, gate, queues } = this.context;
    const queue = queues.facts(queueId);
    const lines = facts.lines(transferMode);
    const ownCap = maxParallelCalls === null ? Infinity : maxParallelCalls - attempts.inFlight(id);
    const ownRate = gate.campaignAvailable(this.settings, attempts.aboutToDial(id), facts.nowMs);
    return pace({
      mode: 'PROGRESSIVE',
      databaseUp: facts.databaseUp,
      leased: facts.leased,
      windowOpen: openWindow(this.settings.windows, facts.now) !== undefined,
      dncInService: dncServiceId === null || !dnc.isDown(dncServiceId),
      agentSourceHealthy: queue.healthy,
      linesInService: lines.inService,
      freeAgents: queue.free,
      reservedAgents: queue.reserved,
      freeLines: lines.free,
      callsAllowed: Math.min(facts.callsAllowed, lines.withinCaps, ownCap, ownRate),
      leadDue: this.feed.isDue(facts.now),
    });
  }

  /** What is shown as the reason why nothing is dialed. While a claim is under way, the last one stays. */
  showIdle(limitedBy: IdleReason | null): void {
    if (limitedBy !== null && hardBlocks.has(limitedBy)) this.idleReason = limitedBy;
    else if (this.context.attempts.someDialing(this.settings.id)) this.idleReason = null;
    else if (limitedBy !== null && !this.busy) this.idleReason = limitedBy;
  }

  /** Claims leads and dials them. */
  async dial(calls: number, now: Date, epoch: number): Promise<void> {
    const campaign = this.settings;
    const window = openWindow(campaign.windows, now);
    if (!window || this.isBusy()) return;
    this.busy = true;
    this.context.gate.begun(campaign, calls);
    const claimsKnown = this.context.attempts.expect({
      campaignId: campaign.id,
      queueId: campaign.queueId,
      count: calls,
    });
    let claimed = 0;
    try {
      const leads = await this.feed.claim({ campaign, window, limit: calls, now, epoch });
      claimed = leads.length;
      for (const lead of leads) this.begin(new AttemptRunner(this.context, campaign, window, lead, this.callPlaced));
    } catch (error) {
      this.context.gate.givenBack(campaign, calls);
      this.database.databaseFailed(error);
      this.busy = false;
      claimsKnown();
      return;
    }
    this.context.gate.givenBack(campaign, calls - claimed);
    this.database.databaseAnswered();
    claimsKnown();
    this.busy = false;
    if (claimed < calls) await this.learn(claimed === 0);
    this.context.requestTick();
  }

  private readonly callPlaced = (): void => {
    this.lastMinute.add(this.context.deps.clock.monotonicMs());
    this.context.requestTick();
  };

  private begin(attempt: AttemptRunner): void {
    this.context.attempts.add(attempt);
    if (this.gone) attempt.cancel('campaign-stopped');
    void attempt.run();
  }

  /** Schedules, and the end of the campaign. Called at every tick while this instance may dial. */
  lookAfter(now: Date): void {
    if (this.isBusy()) return;
    const window = this.showSchedule(now);
    if (window) this.markRan(window);
    if (isOver(this.settings.windows, now)) void this.stop('NO_SCHEDULE_LEFT', now);
    else if (this.context.attempts.someOf(this.settings.id)) return;
    else if (this.feed.isExhausted()) void this.stop('NO_LEADS_LEFT', now);
  }

  /** Nothing is claimed in this tick; whether a lead is left at all is asked for once then. */
  lookAhead(): void {
    if (this.isBusy() || !this.feed.isUnknown() || this.context.attempts.someOf(this.settings.id)) return;
    void this.learn(false);
  }

  leadReturned(lead: LeadDisposition): void {
    this.feed.returned(lead);
  }

  /** The next instant at which something changes by itself. */
  wakeAt(now: Date): Date | undefined {
    const { windows } = this.settings;
    const open = openWindow(windows, now);
    const dueAt = open ? this.feed.dueAt() : undefined;
    const instants = [open?.endsAt, nextOpening(windows, now)?.startsAt, dueAt].filter(
      (instant) => instant !== undefined && instant > now,
    );
    return instants.reduce((first, instant) => (first && instant && first <= instant ? first : instant), undefined);
  }

  status(): CampaignStatus {
    return {
      idleReason: this.idleReason,
      callsPerMinute: this.lastMinute.count(this.context.deps.clock.monotonicMs()),
      freeAgents: this.context.queues.facts(this.settings.queueId).free,
    };
  }

  private async learn(claimedNone: boolean): Promise<void> {
    this.busy = true;
    try {
      await this.feed.learn(this.context.deps.clock.now(), claimedNone);
      this.database.databaseAnswered();
    } catch (error) {
      this.database.databaseFailed(error);
    }
    this.busy = false;
    this.context.requestTick();
  }

  /** Tells of schedules that opened or closed, or whose do-not-call service went or came. Returns the open one. */
  private showSchedule(now: Date): ScheduleWindow | undefined {
    const { dncServiceId, windows } = this.settings;
    const window = openWindow(windows, now);
    const dncDown = dncServiceId !== null && this.context.dnc.isDown(dncServiceId);
    const before = this.shown;
    this.shown = window && { window, dncDown };
    if (before && before.window.scheduleId !== window?.scheduleId) this.publishSchedule(before.window);
    const isNews = before?.window.scheduleId !== window?.scheduleId || before?.dncDown !== dncDown;
    if (window && isNews) this.publishSchedule(window);
    return dncDown ? undefined : window;
  }

  private markRan(window: ScheduleWindow): void {
    const { scheduleId } = window;
    if (window.ran || this.markedRan.has(scheduleId)) return;
    this.markedRan.add(scheduleId);
    this.context.deps.campaigns.markRan(scheduleId).then(
      () => this.publishSchedule(window),
      (error: unknown) => {
        this.markedRan.delete(scheduleId);
        this.database.databaseFailed(error);
      },
    );
  }

  private async stop(reason: CampaignStopReason, at: Date): Promise<void> {
    const { campaigns, events, log } = this.context.deps;
    const campaignId = this.settings.id;
    this.stopping = 'asked';
    try {
      const stopped = await campaigns.stop(campaignId, reason, at);
      this.database.databaseAnswered();
      if (stopped) {
        log.info({ campaignId, reason }, 'campaign stopped by itself');
        this.stopped();
        events.publish({ type: 'campaign-stopped', campaignId, reason });
        return;
      }
    } catch (error) {
      this.database.databaseFailed(error);
    }
    // It has leads or schedules after all, or somebody else stopped it; the next poll looks again.
    this.stopping = 'refused';
    this.feed.forget();
  }

  /** Called by the poll: what was refused or held up is tried again. */
  retry(): void {
    if (this.stopping === 'refused') this.stopping = 'no';
    this.feed.retryHeldUp();
  }

  private publishSchedule({ scheduleId }: ScheduleWindow): void {
    this.context.deps.events.publish({ type: 'schedule-changed', campaignId: this.settings.id, scheduleId });
  }
}
