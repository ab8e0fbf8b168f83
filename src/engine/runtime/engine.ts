import type { Timer } from '../contracts/clock.js';
import type { CampaignStatus, Engine, EngineDeps, EngineStatus } from '../contracts/engine.js';
import type { Tenure } from '../contracts/instance-lease.js';
import type { EngineState } from '../domain/engine-state.js';
import type { IdleReason } from '../domain/idle-reason.js';
import type { AttemptRunner } from './attempt-runner.js';
import { BlockedCallerIds } from './blocked-caller-ids.js';
import { CallGate } from './call-gate.js';
import { Conversations } from './conversations.js';
import { deferred } from './deferred.js';
import { Dispatcher } from './dispatcher.js';
import { DncWatch } from './dnc-watch.js';
import type { EngineContext } from './engine-context.js';
import { OpenAttempts } from './open-attempts.js';
import { PortPool } from './port-pool.js';
import { QueueWatch } from './queue-watch.js';
import { Recovery } from './recovery.js';
import { ReservationLedger } from './reservation-ledger.js';
import { SilentTrunks } from './silent-trunks.js';
import { StatusBoard } from './status-board.js';

/**
 * Calls in flight ask for ticks all the time, and each tick counts them all. So the more are open, the longer lie two ticks
 * apart: a millisecond for so many attempts, and 20 ms at the most. With few of them a tick follows at once.
 */
const ATTEMPTS_PER_TICK_MS = 10;
const LONGEST_TICK_INTERVAL_MS = 20;
/** How often the lease is tried for, and the database asked again after it did not answer. */
const RETRY_MS = 1_000;
/** The safety net: everything that events should have told is looked at again. */
const POLL_MS = 5_000;
/** How long a forced stop waits for writes. */
const STOP_PATIENCE_MS = 5_000;
/** How long a drain waits for writes after the last call: 30 s. */
const WRITE_PATIENCE_MS = 30_000;
/** Between two sweeps of expired claims. */
const SWEEP_MS = 60_000;

/** Makes an engine; it does nothing until `start`. */
export function createEngine(deps: EngineDeps): Engine {
  return new DialingEngine(deps);
}

/** Life cycle: STANDBY → RECOVERING → RUNNING → DRAINING → STOPPED; back to STANDBY when the lease is lost. */
class DialingEngine implements Engine {
  private state: EngineState = 'STOPPED';
  private since: Date;
  private tenure: Tenure | undefined;
  /** Null: it answers. */
  private databaseDownSince: Date | null = null;
  private isTickWanted = false;
  private tickTimer: Timer | undefined;
  private tickedAtMs = -Infinity;
  private pollTimer: Timer | undefined;
  private nextSweepAtMs = 0;
  private readonly waits = new Map<Timer, () => void>();
  private readonly subscriptions: (() => void)[] = [];
  private readonly context: EngineContext;
  private readonly dispatcher: Dispatcher;
  private readonly recovery: Recovery;
  private readonly board: StatusBoard;
  private ending: Promise<number> | undefined;
  private readonly ended = deferred<'ended'>();
  private readonly callsOver = deferred<'calls over'>();
  private readonly outOfPatience = deferred<'out of patience'>();

  constructor(private readonly deps: EngineDeps) {
    const { clock, limits, telephony } = deps;
    this.since = clock.now();
    const requestTick = (): void => this.requestTick();
    const attemptEnded: EngineContext['attemptEnded'] = (campaignId, lead) =>
      this.dispatcher.leadReturned(campaignId, lead);
    const attempts = new OpenAttempts<AttemptRunner>();
    const gate = new CallGate(clock, limits.maxCallsPerSecond);
    const queues = new QueueWatch(deps.agentSources, attempts, new ReservationLedger(clock, deps.log, requestTick));
    this.context = {
      deps,
      attempts,
      gate,
      queues,
      ports: new PortPool(telephony, attempts, gate),
      dnc: new DncWatch(deps.dncServices, clock, requestTick),
      blockedCallerIds: new BlockedCallerIds(clock),
      silentTrunks: new SilentTrunks(clock),
      conversations: new Conversations({ ...deps, store: deps.conversations, attempts, queues, requestTick }),
      obstacle: () => (this.state === 'RUNNING' ? undefined : this.isAlive() ? 'lease-lost' : 'engine-draining'),
      requestTick,
      databaseFailed: () => this.databaseFailed(new Error('A step of an attempt could not be written')),
      attemptEnded,
    };
    this.dispatcher = new Dispatcher(this.context, {
      epoch: () => (this.state === 'RUNNING' ? this.tenure?.epoch : undefined),
      isDatabaseUp: () => this.databaseDownSince === null,
      databaseAnswered: () => this.databaseAnswered(),
      databaseFailed: (error) => this.databaseFailed(error),
      maxParallelCalls: () => limits.maxParallelCalls,
    });
    this.recovery = new Recovery(deps, attemptEnded);
    this.board = new StatusBoard(deps.events);
  }

  start(): void {
    if (this.state !== 'STOPPED' || this.ending) return;
    this.enter('STANDBY');
    this.subscriptions.push(
      this.deps.telephony.onLinesChanged(() => this.requestTick()),
      this.deps.agentSources.onChanged(() => this.requestTick()),
    );
    this.poll();
    void this.keepTenures();
  }

  nudge(campaignId?: string): void {
    this.dispatcher.forgetLeads(campaignId);
    if (campaignId === undefined) this.context.dnc.probeNow();
    if (this.isAlive()) void this.dispatcher.reload();
  }

  campaignStopped(campaignId: string): void {
    this.dispatcher.stopCampaign(campaignId);
    if (this.isAlive()) void this.dispatcher.reload();
  }

  drain(): Promise<number> {
    this.ending ??= this.end(() => {
      for (const attempt of this.context.attempts) attempt.cancel('engine-draining');
    });
    return this.ending;
  }

  /** Also ends a drain that takes too long. */
  stop(): Promise<number> {
    const abort = (): void => {
      for (const attempt of this.context.attempts) attempt.abort();
      this.context.conversations.endRelayed();
    };
    if (this.ending) abort();
    this.ending ??= this.end(abort);
    if (this.state === 'STOPPED') return this.ending;
    // Writes that wait for the database are left to the next start, which finds their attempts open.
    void this.pause(STOP_PATIENCE_MS).then(() => this.outOfPatience.resolve('out of patience'));
    return this.ending;
  }

  status(): EngineStatus {
    const { attempts, blockedCallerIds, dnc, gate, ports, queues, silentTrunks } = this.context;
    const queueIds = new Set(this.dispatcher.queueIds());
    for (const { queueId } of attempts) queueIds.add(queueId);
    const reservedByQueue = new Map([...queueIds].map((id) => [id, queues.facts(id).reserved]));
    return {
      at: this.deps.clock.now(),
      state: this.state,
      since: this.since,
      idleReason: this.idleReason(),
      callsInFlight: attempts.calls(),
      maxParallelCalls: this.deps.limits.maxParallelCalls,
      callsPerMinute: gate.callsPerMinute(),
      maxCallsPerSecond: this.deps.limits.maxCallsPerSecond,
      ports: ports.counts(),
      busyByLine: attempts.busyByLine(),
      reservedByQueue,
      dncOutages: dnc.list(),
      unshownCalls: queues.unshownCalls(),
      blockedCallerIds: blockedCallerIds.list(),
      silentTrunks: silentTrunks.list(),
      databaseDownSince: this.databaseDownSince,
    };
  }

  campaignStatus(campaignId: string): CampaignStatus {
    return this.dispatcher.campaignStatus(campaignId);
  }

  campaignStatuses(): ReadonlyMap<string, CampaignStatus> {
    return new Map(this.dispatcher.campaignIds().map((id) => [id, this.dispatcher.campaignStatus(id)]));
  }

  private idleReason(): IdleReason | null {
    if (this.state === 'STOPPED') return null;
    if (this.databaseDownSince) return 'DATABASE_DOWN';
    return this.dispatcher.idleReason();
  }

  /** One tenure after the other, until the engine ends. */
  private async keepTenures(): Promise<void> {
    const { attempts } = this.context;
    let lastEpoch = 0;
    while (this.isAlive()) {
      const tenure = await this.acquire();
      if (!tenure) continue;
      if (!this.isAlive()) {
        await tenure.release();
        return;
      }
      // Another instance has had the lease since and closed our attempts: to recover now could call a lead that still talks.
      if (tenure.epoch !== lastEpoch + 1 && attempts.size > 0) {
        await Promise.race([tenure.release(), this.pause(STOP_PATIENCE_MS)]);
        await Promise.race([attempts.whenEmpty(), this.ended.promise]);
        continue;
      }
      lastEpoch = tenure.epoch;
      this.tenure = tenure;
      const lost = tenure.lost.then(() => 'lost' as const);
      this.deps.log.info({ epoch: tenure.epoch }, 'lease taken');
      if (await this.recover(tenure, lost)) this.enter('RUNNING');
      await Promise.race([lost, this.ended.promise]);
      if (!this.isAlive()) return;
      this.deps.log.warn({ epoch: tenure.epoch }, 'lease lost');
      this.tenure = undefined;
      this.enter('STANDBY');
      // Recovery leaves out what is ours, and whether a claim is, its answer tells.
      await Promise.race([attempts.whenClaimsKnown(), this.ended.promise]);
    }
  }

  private async acquire(): Promise<Tenure | undefined> {
    try {
      const tenure = await this.deps.lease.tryAcquire();
      if (tenure) return tenure;
    } catch (error) {
      this.databaseFailed(error);
    }
    await this.pause(RETRY_MS);
    return undefined;
  }

  /** False if the lease was lost or the engine ended before everything was closed. */
  private async recover(tenure: Tenure, lost: Promise<'lost'>): Promise<boolean> {
    this.enter('RECOVERING');
    const fate = { isLost: false };
    void lost.then(() => (fate.isLost = true));
    while (this.isAlive() && !fate.isLost) {
      try {
        const resumed = await this.context.conversations.resume((dialog) => this.recovery.endCall(dialog));
        await this.recovery.closeAbandoned(tenure.epoch, this.context.attempts.ids(), resumed);
        this.deps.telephony.earlierCallsKnown();
        await this.occupyChannels();
        await this.dispatcher.reload();
        return this.isAlive() && !fate.isLost;
      } catch (error) {
        this.databaseFailed(error);
        await Promise.race([this.pause(RETRY_MS), lost]);
      }
    }
    return false;
  }

  /** The channels that earlier calls took are not free because the process is new. */
  private async occupyChannels(): Promise<void> {
    const now = this.deps.clock.now();
    for (const { attemptId, queueId, handedOverAt } of await this.deps.attempts.findOnChannels(now)) {
      this.context.queues.stillOnChannel(queueId, attemptId, now.getTime() - handedOverAt.getTime());
    }
  }

  /** Resolves to the number of attempts that are left open. */
  private async end(endCalls: () => void): Promise<number> {
    const { attempts, conversations, dnc, gate, queues } = this.context;
    const wasStarted = this.state !== 'STOPPED';
    this.tickTimer?.cancel();
    this.isTickWanted = false;
    if (wasStarted) this.enter('DRAINING');
    this.pollTimer?.cancel();
    this.dispatcher.stop();
    endCalls();
    // Calls take the time that they take; the writes of their ends do not.
    const writesGivenUp = this.callsOver.promise.then(() => this.pause(WRITE_PATIENCE_MS));
    const allOver = Promise.race([attempts.whenEmpty(), writesGivenUp]).then(() => conversations.drain());
    await Promise.race([allOver, this.outOfPatience.promise]);
    const leftOpen = attempts.size;
    if (leftOpen > 0) this.deps.log.error({ attempts: leftOpen }, 'attempts left open: the next start closes them');
    conversations.stop();
    this.ended.resolve('ended');
    this.endWaits();
    for (const unsubscribe of this.subscriptions) unsubscribe();
    this.recovery.stop();
    dnc.stop();
    gate.stop();
    queues.ledger.stop();
    await Promise.race([this.releaseLease(), this.pause(STOP_PATIENCE_MS)]);
    this.endWaits();
    this.dispatcher.stop();
    if (wasStarted) this.enter('STOPPED');
    return leftOpen;
  }

  private async releaseLease(): Promise<void> {
    try {
      await this.tenure?.release();
    } catch (error) {
      this.deps.log.warn({ err: error }, 'lease not released; it ends with the connection');
    }
    this.tenure = undefined;
  }

  private poll(): void {
    this.dispatcher.retry();
    void this.dispatcher.reload();
    this.sweep();
    this.pollTimer = this.deps.clock.setTimer(this.databaseDownSince ? RETRY_MS : POLL_MS, () => this.poll());
  }

  /** Claims whose process is gone come back even though the lease never changed hands. */
  private sweep(): void {
    const nowMs = this.deps.clock.monotonicMs();
    if (this.state !== 'RUNNING' || !this.tenure || nowMs < this.nextSweepAtMs) return;
    this.nextSweepAtMs = nowMs + SWEEP_MS;
    const { attempts, conversations } = this.context;
    const closing = this.recovery.closeAbandoned(this.tenure.epoch, attempts.ids(), conversations.attemptIds());
    closing.catch((error: unknown) => {
      this.deps.log.warn({ err: error }, 'sweep of expired claims not complete');
    });
  }

  private requestTick(): void {
    if (this.isTickWanted) return;
    this.isTickWanted = true;
    const intervalMs = Math.min(
      LONGEST_TICK_INTERVAL_MS,
      Math.floor(this.context.attempts.size / ATTEMPTS_PER_TICK_MS),
    );
    const delayMs = this.tickedAtMs + intervalMs - this.deps.clock.monotonicMs();
    if (delayMs <= 0 || !this.isAlive()) queueMicrotask(() => this.tick());
    else this.tickTimer = this.deps.clock.setTimer(delayMs, () => this.tick());
  }

  private tick(): void {
    this.isTickWanted = false;
    this.tickedAtMs = this.deps.clock.monotonicMs();
    if (this.isAlive()) this.dispatcher.tick();
    else if (this.context.attempts.calls() === 0) this.callsOver.resolve('calls over');
    this.showStatus();
  }

  private showStatus(): void {
    this.board.show(this.status(), this.campaignStatuses());
  }

  private databaseAnswered(): void {
    if (!this.databaseDownSince) return;
    this.databaseDownSince = null;
    this.deps.log.info({}, 'database answers again');
    this.requestTick();
  }

  /** Said once an outage: it is asked again every second. */
  private databaseFailed(error: unknown): void {
    if (this.databaseDownSince) return;
    this.databaseDownSince = this.deps.clock.now();
    this.deps.log.error({ err: error }, 'database does not answer');
    if (this.isAlive()) {
      this.pollTimer?.cancel();
      this.pollTimer = this.deps.clock.setTimer(RETRY_MS, () => this.poll());
    }
    this.requestTick();
  }

  private enter(state: EngineState): void {
    this.state = state;
    this.since = this.deps.clock.now();
    this.deps.log.info({ state }, 'engine state');
    this.requestTick();
  }

  private isAlive(): boolean {
    return this.state !== 'STOPPED' && this.state !== 'DRAINING';
  }

  private endWaits(): void {
    for (const [timer, resolve] of this.waits) {
      timer.cancel();
      resolve();
    }
    this.waits.clear();
  }

  private pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer: Timer = this.deps.clock.setTimer(delayMs, () => {
        this.waits.delete(timer);
        resolve();
      });
      this.waits.set(timer, resolve);
    });
  }
}
