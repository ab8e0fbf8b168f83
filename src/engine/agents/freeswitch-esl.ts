import type { Clock, Timer } from '../contracts/clock.js';
import type { CallSightings } from './call-sightings.js';
import { CallcenterQueue, type EslTimes } from './esl/callcenter-queue.js';
import { EslConnection, EslRefusal } from './esl/esl-connection.js';
import { EslFormatError, type EslRow } from './esl/esl-codec.js';
import type { PeerSession, PeerView, SessionListener, SourceProblem } from './remote-source.js';

export interface FreeswitchEslSettings {
  readonly host: string;
  readonly eslPort: number;
  readonly password: string;
  /** With its domain, for example `support@default`. */
  readonly queueName: string;
}

/** CUSTOM comes last: what follows it are subclasses. */
const EVENTS = 'HEARTBEAT CUSTOM callcenter::info';
/** Well below the time after which a silent peer is not believed. */
const PING_MS = 1_000;
const RESYNC_MS = 30_000;
/** As long as no event has shown that events come, and where external calls count, of which no event tells. */
const WARY_RESYNC_MS = 2_000;
const SOON_MS = 200;
const MAX_BUFFERED = 10_000;
/** Rows that are being read already are not asked for again before. */
const SHORTEST_DELAY_MS = 20;

const NO_EVENTS =
  'Agents changed and no event told of it: the user of the event socket must be allowed callcenter::info';

/** A session with a queue of FreeSWITCH's mod_callcenter over the event socket. */
export function openEslSession(
  settings: FreeswitchEslSettings,
  clock: Clock,
  listener: SessionListener,
  calls: CallSightings,
): PeerSession {
  return new EslSession(settings, clock, listener, calls);
}

class EslSession implements PeerSession {
  private readonly connection: EslConnection;
  private readonly queue: CallcenterQueue;
  private pingTimer: Timer | undefined;
  private syncTimer: Timer | undefined;
  /** When the rows are read next, by the monotonic clock. */
  private syncAtMs = Infinity;
  private readyTimer: Timer | undefined;
  private isSyncing = false;
  private hasSynced = false;
  private isOver = false;
  /** The switch's clock less ours. */
  private clockOffsetMs = 0;
  private isClockExact = false;
  /** What arrives while rows are being read is applied after them. */
  private buffered: EslRow[] = [];
  private eventsSinceSync = 0;
  private hasSeenEvents = false;
  private lacksEvents = false;

  constructor(
    private readonly settings: FreeswitchEslSettings,
    private readonly clock: Clock,
    private readonly listener: SessionListener,
    calls: CallSightings,
  ) {
    this.queue = new CallcenterQueue(settings.queueName, calls);
    this.connection = new EslConnection({ host: settings.host, port: settings.eslPort }, clock, {
      authWanted: () => {
        listener.reached();
        this.run(() => this.begin());
      },
      alive: () => listener.alive(),
      event: (event) => this.event(event),
      ended: (problem) => {
        this.letGo();
        listener.failed(problem);
      },
    });
  }

  view(): PeerView {
    if (!this.hasSynced) return { agents: [], exact: true };
    const oldestWaitMs = this.queue.oldestWaitMs(this.clock.monotonicMs());
    return {
      agents: this.queue.agents(),
      callersWaiting: this.queue.callersWaiting(),
      ...(oldestWaitMs !== undefined && { oldestWaitMs }),
      exact: true,
    };
  }

  resync(): void {
    this.run(() => this.sync());
  }

  close(): Promise<void> {
    this.letGo();
    return this.connection.close();
  }

  private async begin(): Promise<void> {
    await this.connection.login(this.settings.password);
    await this.connection.listen(EVENTS);
    await this.ping();
    await this.sync();
  }

  /** The answer is also the switch's clock, in whole seconds. */
  private async ping(): Promise<void> {
    const switchNowS = Number((await this.connection.api('strepoch')).trim());
    if (this.isOver) return;
    if (switchNowS > 0 && !this.isClockExact) {
      const offsetMs = switchNowS * 1000 - this.clock.now().getTime();
      // It has no fractions: what can come of that is taken for equal clocks.
      this.clockOffsetMs = offsetMs > 0 || offsetMs < -1000 ? offsetMs : 0;
    }
    this.pingTimer = this.clock.setTimer(PING_MS, () => this.run(() => this.ping()));
  }

  private async sync(): Promise<void> {
    // The rows that are being read may be older than what asks for them.
    if (this.isSyncing) {
      this.planSync(SOON_MS);
      return;
    }
    this.isSyncing = true;
    const { queueName } = this.settings;
    const queues = await this.connection.callcenter('queue list');
    const queue = queues.find(({ name }) => name === queueName);
    // A queue that is not there would look like one that is empty for ever.
    if (!queue) {
      const message = `FreeSWITCH has no queue ${JSON.stringify(queueName)}`;
      throw new EslRefusal({ fault: 'UNKNOWN_POOL', message });
    }
    const agents = await this.connection.callcenter('queue list agents', queueName);
    const tiers = await this.connection.callcenter('queue list tiers', queueName);
    const members = await this.connection.callcenter('queue list members', queueName);
    const skipsExternalCalls = queue.skip_agents_with_external_calls !== 'false';
    const isNews = this.queue.take({ agents, tiers, members, skipsExternalCalls }, this.times());
    this.isSyncing = false;
    if (isNews && this.eventsSinceSync === 0 && this.buffered.length === 0) this.lacksEvents = true;
    this.eventsSinceSync = 0;
    for (const event of this.buffered.splice(0)) this.apply(event);
    this.hasSynced = true;
    this.listener.synced();
    this.tellDoubts();
    this.planSync(this.isWary() ? WARY_RESYNC_MS : RESYNC_MS);
    this.planReady();
  }

  private event(event: EslRow): void {
    const sentAtMs = Number(event['Event-Date-Timestamp']) / 1000;
    if (sentAtMs > 0) {
      this.clockOffsetMs = sentAtMs - this.clock.now().getTime();
      this.isClockExact = true;
    }
    if (event['Event-Name'] !== 'CUSTOM') return;
    if (!this.isSyncing) this.apply(event);
    else if (this.buffered.length < MAX_BUFFERED) this.buffered.push(event);
    else this.fail({ fault: 'PROTOCOL', message: `More than ${MAX_BUFFERED} events while rows were read` });
  }

  private apply(event: EslRow): void {
    const { concernsUs, again } = this.queue.event(event, this.times());
    if (again) this.planSync(SOON_MS);
    if (!concernsUs) return;
    this.eventsSinceSync++;
    this.hasSeenEvents = true;
    this.lacksEvents = false;
    this.tellDoubts();
    this.planReady();
    this.listener.changed();
  }

  private isWary(): boolean {
    return !this.hasSeenEvents || this.lacksEvents || this.queue.skipsExternalCalls;
  }

  /** The earliest plan holds: what asks for the rows soon must not be put off. */
  private planSync(delayMs: number): void {
    const atMs = this.clock.monotonicMs() + delayMs;
    if (this.isOver || atMs >= this.syncAtMs) return;
    this.syncTimer?.cancel();
    this.syncAtMs = atMs;
    this.syncTimer = this.clock.setTimer(delayMs, () => {
      this.syncAtMs = Infinity;
      this.run(() => this.sync());
    });
  }

  /** Nothing tells that a wrap-up or a delay is over: the rows are read again at that moment. */
  private planReady(): void {
    this.readyTimer?.cancel();
    const readyS = this.queue.nextReadyS();
    if (readyS === undefined || this.isOver) return;
    const delayMs = Math.max(SHORTEST_DELAY_MS, Math.ceil((readyS - this.times().switchNowS) * 1000));
    this.readyTimer = this.clock.setTimer(delayMs, () => {
      this.run(async () => {
        await this.sync();
        this.planReady();
      });
    });
  }

  private tellDoubts(): void {
    const stuck = this.queue.stuckAgent(this.clock.now());
    const doubts: SourceProblem | undefined = this.lacksEvents
      ? { fault: 'PERMISSION', message: NO_EVENTS }
      : stuck && { fault: 'PROTOCOL', message: `Agent ${JSON.stringify(stuck.agentId)} is stuck in ${stuck.state}` };
    this.listener.doubted(doubts);
  }

  private times(): EslTimes {
    const now = this.clock.now();
    const switchNowS = (now.getTime() + this.clockOffsetMs) / 1000;
    return { now, nowMs: this.clock.monotonicMs(), switchNowS };
  }

  /** A refusal ends the session. */
  private run(step: () => Promise<void>): void {
    step().catch((error: unknown) => {
      if (!(error instanceof EslRefusal) && !(error instanceof EslFormatError)) throw error;
      this.fail(error instanceof EslRefusal ? error.problem : { fault: 'PROTOCOL', message: error.message });
    });
  }

  private fail(problem: SourceProblem): void {
    if (this.isOver) return;
    this.letGo();
    this.listener.failed(problem);
  }

  private letGo(): void {
    this.isOver = true;
    this.pingTimer?.cancel();
    this.syncTimer?.cancel();
    this.readyTimer?.cancel();
  }
}
