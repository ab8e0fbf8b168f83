import type { Timer } from '../contracts/clock.js';
import type { CampaignStatus } from '../contracts/engine.js';
import type { StartedCampaign } from '../contracts/campaign-store.js';
import type { IdleReason } from '../domain/idle-reason.js';
import { IdleReason as idleReasons } from '../domain/idle-reason.js';
import type { Pace } from '../domain/pacing.js';
import type { LeadDisposition } from '../domain/retry-policy.js';
import type { TransferMode } from '../domain/line-state.js';
import { shareInTurn } from '../domain/share-in-turn.js';
import { CampaignRunner, type TickFacts } from './campaign-runner.js';
import type { EngineContext } from './engine-context.js';
import type { LineCapacity } from './port-pool.js';

/** Longest sleep, so that a wall clock that jumps is noticed. */
const LONGEST_SLEEP_MS = 60_000;
/** Between two ticks that only wait for the calls per second. */
const SHORTEST_RATE_SLEEP_MS = 25;
/** Leads that one campaign claims at a time. */
const MOST_CLAIMS = 100;
/** From the most fundamental to the one closest to dialing. */
const reasonsInOrder = Object.keys(idleReasons) as readonly IdleReason[];

/** What the dispatcher must know of the engine around it. */
export interface DispatcherHost {
  /** The tenure's epoch while this instance may dial, else undefined. */
  epoch(): number | undefined;
  isDatabaseUp(): boolean;
  databaseAnswered(): void;
  databaseFailed(error: unknown): void;
  maxParallelCalls(): number;
}

/** Shares lines, caps and agents among the started campaigns, in turn, at every tick. */
export class Dispatcher {
  private readonly runners = new Map<string, CampaignRunner>();
  private readonly turnOfQueue = new Map<string, number>();
  private turn = 0;
  private alarm: Timer | undefined;
  private reloading: Promise<void> | undefined;
  private isReloadWanted = false;
  /** Campaigns that were stopped while the list of the started ones was being read. */
  private readonly stoppedMeanwhile = new Set<string>();

  constructor(
    private readonly context: EngineContext,
    private readonly host: DispatcherHost,
  ) {}

  /** Reads the started campaigns anew. One at a time; a call during it makes it run once more. Never rejects. */
  reload(): Promise<void> {
    this.isReloadWanted = true;
    this.reloading ??= this.reloadWhileWanted().finally(() => {
      this.reloading = undefined;
      // Asked for between the last look and now.
      if (this.isReloadWanted) void this.reload();
      this.context.requestTick();
    });
    return this.reloading;
  }

  private async reloadWhileWanted(): Promise<void> {
    const { campaigns, clock } = this.context.deps;
    while (this.isReloadWanted) {
      this.isReloadWanted = false;
      this.stoppedMeanwhile.clear();
      try {
        const started = await campaigns.loadStarted(clock.now());
        this.host.databaseAnswered();
        this.take(started.filter(({ id }) => !this.stoppedMeanwhile.has(id)));
      } catch (error) {
        this.host.databaseFailed(error);
      }
    }
  }

  /** Forgets what is known of the leads of a campaign, or of all. */
  forgetLeads(campaignId?: string): void {
    for (const [id, runner] of this.runners) if (campaignId === undefined || campaignId === id) runner.feed.forget();
  }

  /** The poll: what was held up or refused is tried again. */
  retry(): void {
    for (const runner of this.runners.values()) runner.retry();
  }

  /** An operator stopped the campaign: what is not answered is cancelled. */
  stopCampaign(campaignId: string): void {
    this.remove(campaignId);
    for (const attempt of this.context.attempts) {
      if (attempt.campaignId === campaignId) attempt.cancel('campaign-stopped');
    }
  }

  /** The campaign must not be dialed any more, from this instant on; calls in flight go on. */
  private remove(campaignId: string): void {
    this.stoppedMeanwhile.add(campaignId);
    this.runners.get(campaignId)?.leave();
    this.runners.delete(campaignId);
  }

  leadReturned(campaignId: string, lead: LeadDisposition): void {
    this.runners.get(campaignId)?.leadReturned(lead);
    // A number that was in a call may be waited for by another campaign.
    for (const runner of this.runners.values()) runner.feed.retryHeldUp();
  }

  tick(): void {
    const { clock } = this.context.deps;
    const now = clock.now();
    const nowMs = clock.monotonicMs();
    const epoch = this.host.epoch();
    const mayAsk = epoch !== undefined && this.host.isDatabaseUp();
    if (mayAsk) {
      for (const runner of [...this.runners.values()]) runner.lookAfter(now);
    }
    const facts = this.facts(now, nowMs, epoch !== undefined);
    const runners = [...this.runners.values()];
    const paces = runners.map((runner) => runner.pace(facts));
    const shares = this.share(runners, paces, facts);
    runners.forEach((runner, index) => {
      const calls = shares[index]?.calls ?? 0;
      runner.showIdle(calls > 0 ? null : (shares[index]?.limitedBy ?? null));
      if (calls > 0 && epoch !== undefined) void runner.dial(calls, now, epoch);
      else if (mayAsk) runner.lookAhead();
    });
    this.sleep(
      facts,
      runners.filter((_runner, index) => paces[index]?.limitedBy === 'CALL_LIMIT'),
    );
  }

  idleReason(): IdleReason | null {
    const reasons = [...this.runners.values()].map((runner) => runner.status().idleReason);
    if (reasons.includes(null)) return null;
    const closest = Math.max(-1, ...reasons.map((reason) => (reason ? reasonsInOrder.indexOf(reason) : -1)));
    return reasonsInOrder[closest] ?? null;
  }

  campaignIds(): readonly string[] {
    return [...this.runners.keys()];
  }

  /** Of the started campaigns; one may come more than once. */
  queueIds(): readonly string[] {
    return [...this.runners.values()].map(({ campaign }) => campaign.queueId);
  }

  campaignStatus(campaignId: string): CampaignStatus {
    return this.runners.get(campaignId)?.status() ?? { idleReason: null, callsPerMinute: 0, freeAgents: 0 };
  }

  stop(): void {
    this.alarm?.cancel();
  }

  private take(campaigns: readonly StartedCampaign[]): void {
    const started = new Set(campaigns.map(({ id }) => id));
    for (const id of [...this.runners.keys()]) if (!started.has(id)) this.stopCampaign(id);
    for (const campaign of campaigns) {
      const known = this.runners.get(campaign.id);
      if (known) known.update(campaign);
      else this.runners.set(campaign.id, this.runnerOf(campaign));
    }
    this.context.dnc.keepOnly(new Set(campaigns.flatMap(({ dncServiceId }) => dncServiceId ?? [])));
  }

  private runnerOf(campaign: StartedCampaign): CampaignRunner {
    return new CampaignRunner(this.context, campaign, this.host, () => this.remove(campaign.id));
  }

  private facts(now: Date, nowMs: number, leased: boolean): TickFacts {
    const { attempts, gate, ports } = this.context;
    const capacities = new Map<TransferMode, LineCapacity>();
    const withinCap = this.host.maxParallelCalls() - attempts.inFlight();
    const withinRate = gate.installationAvailable(attempts.aboutToDial(), nowMs);
    return {
      now,
      nowMs,
      databaseUp: this.host.isDatabaseUp(),
      leased,
      lines: (transferMode) => {
        const known = capacities.get(transferMode) ?? ports.capacity(transferMode, nowMs);
        capacities.set(transferMode, known);
        return known;
      },
      callsAllowed: Math.min(withinCap, withinRate),
    };
  }

  /** First the agents of each queue in turn, then lines and caps in turn among what that gave. */
  private share(
    runners: readonly CampaignRunner[],
    paces: readonly Pace[],
    facts: TickFacts,
  ): readonly { readonly calls: number; readonly limitedBy: IdleReason }[] {
    const demands = paces.map((pace, index) =>
      runners[index]?.isBusy() ? 0 : Math.min(pace.callsToPlace, MOST_CLAIMS),
    );
    const forAgents = demands.map(() => 0);
    const allotted = new Map<string, number>();
    for (const queueId of this.queuesInTurn(runners)) {
      const members = runners.flatMap((runner, index) => (runner.campaign.queueId === queueId ? [index] : []));
      const { shares, next } = shareInTurn(
        this.context.queues.room(queueId, allotted),
        members.map((index) => demands[index] ?? 0),
        this.turnOfQueue.get(queueId) ?? 0,
      );
      this.turnOfQueue.set(queueId, next);
      members.forEach((index, place) => (forAgents[index] = shares[place] ?? 0));
      allotted.set(
        queueId,
        shares.reduce((sum, share) => sum + share, 0),
      );
    }
    // Of campaigns with different transfers those decide that need the most room; what is left over goes to the next tick.
    const capacities = runners.flatMap(({ campaign }, index) =>
      (forAgents[index] ?? 0) > 0 ? [facts.lines(campaign.transferMode)] : [],
    );
    const units = Math.min(facts.callsAllowed, ...capacities.flatMap(({ free, withinCaps }) => [free, withinCaps]));
    const final = shareInTurn(units, forAgents, this.turn);
    this.turn = final.next;
    return paces.map((pace, index) => {
      const calls = final.shares[index] ?? 0;
      if (pace.callsToPlace === 0) return { calls, limitedBy: pace.limitedBy };
      // Others had their turn.
      const limitedBy = (forAgents[index] ?? 0) === 0 ? 'NO_AGENTS' : pace.limitedBy;
      return { calls, limitedBy };
    });
  }

  /** Of two queues that share agents, now the one and now the other is asked first. */
  private queuesInTurn(runners: readonly CampaignRunner[]): readonly string[] {
    const queueIds = [...new Set(runners.map((runner) => runner.campaign.queueId))];
    const first = this.turn % Math.max(1, queueIds.length);
    return [...queueIds.slice(first), ...queueIds.slice(0, first)];
  }

  /**
   * Until the next window edge, the next due lead, or the next call that the caps allow. A cap that has become free while the
   * tick was at work is to be waited for like any other: nothing else would wake the engine.
   */
  private sleep({ now, nowMs }: TickFacts, limited: readonly CampaignRunner[]): void {
    const { gate, ports } = this.context;
    const { clock } = this.context.deps;
    let delayMs = LONGEST_SLEEP_MS;
    for (const runner of this.runners.values()) {
      const wakeAt = runner.wakeAt(now);
      if (wakeAt) delayMs = Math.min(delayMs, wakeAt.getTime() - now.getTime());
    }
    if (limited.length > 0) {
      for (const { campaign } of limited) {
        // Of free lines alone: a trunk that is full has rate to spare, and would be waited for in vain.
        const linesDelayMs = gate.delayMs(ports.free(campaign.transferMode), nowMs);
        const rateDelayMs = Math.max(linesDelayMs, gate.campaignDelayMs(campaign, nowMs));
        // Claimed together, calls cost less than one at a time; the rate catches up with so short a sleep.
        if (rateDelayMs > 0) delayMs = Math.min(delayMs, Math.max(rateDelayMs, SHORTEST_RATE_SLEEP_MS));
      }
    }
    this.alarm?.cancel();
    this.alarm = clock.setTimer(Math.max(1, Math.ceil(delayMs)), () => this.context.requestTick());
  }
}
