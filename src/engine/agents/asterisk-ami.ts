import type { AgentInfo } from '../contracts/agent-source.js';
import type { Clock, Timer } from '../contracts/clock.js';
import { AmiConnection, AmiRefusal } from './ami/ami-connection.js';
import type { AmiMessage } from './ami/ami-codec.js';
import { AmiQueue, type AmiTimes } from './ami/ami-queue.js';
import type { CallSightings } from './call-sightings.js';
import type { PeerSession, PeerView, SessionListener } from './remote-source.js';

export interface AsteriskAmiSettings {
  readonly host: string;
  readonly amiPort: number;
  readonly tls: boolean;
  readonly username: string;
  readonly secret: string;
  readonly queueName: string;
  /** Undefined: learnt by observation. */
  readonly wrapUpSeconds: number | undefined;
}

/** Well below the time after which a silent peer is not believed. */
const PING_MS = 1_000;
const RESYNC_MS = 30_000;
/** As long as no event has shown that events come, and while figures do not agree. */
const WARY_RESYNC_MS = 2_000;
/** Between two questions for the switch's count while a wrap-up is about to end. */
const SAMPLE_MS = 100;
const WARY_SAMPLE_MS = 500;

const NO_EVENTS = 'Members changed and no event told of it: the manager user needs read = agent';
const FEWER_READY = 'The switch counts fewer ready members than their states show; the smaller number is used';

/** A session with a queue of Asterisk over its manager interface. */
export function openAmiSession(
  settings: AsteriskAmiSettings,
  clock: Clock,
  listener: SessionListener,
  calls: CallSightings,
): PeerSession {
  return new AmiSession(settings, clock, listener, calls);
}

class AmiSession implements PeerSession {
  private readonly connection: AmiConnection;
  private readonly queue: AmiQueue;
  private pingTimer: Timer | undefined;
  private syncTimer: Timer | undefined;
  private sampleTimer: Timer | undefined;
  private isSyncing = false;
  private isSampling = false;
  private hasSynced = false;
  private isOver = false;
  /** The switch's clock less ours. */
  private clockOffsetMs = 0;
  /** Events about the queue since the last full state. */
  private eventsSinceSync = 0;
  private hasSeenEvents = false;
  private lacksEvents = false;
  /** Members that are shown as free and that the switch does not count, at the last questions in a row. */
  private surplus = 0;
  private surplusSeen = 0;

  constructor(
    private readonly settings: AsteriskAmiSettings,
    private readonly clock: Clock,
    private readonly listener: SessionListener,
    calls: CallSightings,
  ) {
    this.queue = new AmiQueue(settings.wrapUpSeconds, calls);
    const { host, amiPort: port, tls } = settings;
    this.connection = new AmiConnection({ host, port, tls }, clock, {
      bannerRead: () => {
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
      agents: withoutSurplus(this.queue.agents(), this.isDoubted() ? this.surplus : 0),
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
    const { username, secret, queueName } = this.settings;
    await this.connection.login(username, secret);
    // A queue that is kept in a database is loaded by the question, and listed only then.
    if ((await this.connection.variable(`QUEUE_EXISTS(${queueName})`)) !== '1') throw noQueue(queueName);
    await this.ping();
    await this.sync();
  }

  private async ping(): Promise<void> {
    const answer = await this.connection.act({ Action: 'Ping' });
    const switchNowS = answer.number('Timestamp');
    if (switchNowS > 0) this.clockOffsetMs = switchNowS * 1000 - this.clock.now().getTime();
    if (this.isOver) return;
    this.pingTimer?.cancel();
    this.pingTimer = this.clock.setTimer(PING_MS, () => this.run(() => this.ping()));
  }

  private async sync(): Promise<void> {
    if (this.isSyncing) return;
    this.isSyncing = true;
    this.queue.beginSnapshot(this.times());
    const { queueName } = this.settings;
    const listed = new Set<string>();
    const answer = await this.connection.act({ Action: 'QueueStatus', Queue: queueName }, (row) => {
      if (row.text('Event') === 'QueueParams') listed.add(row.text('Queue'));
      this.queue.snapshotRow(row, this.times());
    });
    this.isSyncing = false;
    if (answer.text('Response') === 'Error') {
      throw new AmiRefusal({ fault: 'PERMISSION', message: 'QueueStatus is refused' });
    }
    if (!listed.has(queueName)) throw noQueue(queueName);
    const isNews = this.queue.endSnapshot(this.times());
    if (isNews && this.eventsSinceSync === 0) this.lacksEvents = true;
    this.eventsSinceSync = 0;
    await this.sample();
    this.hasSynced = true;
    this.listener.synced();
    this.tellDoubts();
    this.planSync();
  }

  private planSync(): void {
    if (this.isOver) return;
    this.syncTimer?.cancel();
    const isWary = !this.hasSeenEvents || this.lacksEvents;
    this.syncTimer = this.clock.setTimer(isWary ? WARY_RESYNC_MS : RESYNC_MS, () => this.run(() => this.sync()));
  }

  private event(event: AmiMessage): void {
    if (event.text('Queue') !== this.settings.queueName) return;
    if (!this.queue.event(event, this.times())) return;
    this.eventsSinceSync++;
    this.hasSeenEvents = true;
    if (this.lacksEvents) {
      this.lacksEvents = false;
      this.tellDoubts();
    }
    this.planSample();
    this.listener.changed();
  }

  /** Asks the switch for its own count of ready members: it alone knows whose wrap-up is over. */
  private async sample(): Promise<void> {
    if (this.isSampling) return;
    this.isSampling = true;
    const events = this.eventsSinceSync;
    const ready = Number(await this.connection.variable(`QUEUE_MEMBER(${this.settings.queueName},ready)`));
    this.isSampling = false;
    // What changed while the answer was on its way may be in it or not.
    const isComparable = events === this.eventsSinceSync && Number.isInteger(ready);
    if (isComparable) {
      this.surplus = this.queue.switchCountsReady(ready, this.times());
      this.surplusSeen = this.surplus > 0 ? this.surplusSeen + 1 : 0;
    }
    this.queue.refresh(this.times());
    this.planSample();
    this.tellDoubts();
    this.listener.changed();
  }

  private planSample(): void {
    this.sampleTimer?.cancel();
    this.sampleTimer = undefined;
    const times = this.times();
    const endS = this.queue.nextWrapUpEndS(times);
    const delaysMs = [
      ...(endS === undefined ? [] : [Math.max(SAMPLE_MS, Math.ceil((endS - times.switchNowS) * 1000))]),
      ...(this.surplusSeen > 0 ? [WARY_SAMPLE_MS] : []),
    ];
    if (delaysMs.length === 0 || this.isOver) return;
    this.sampleTimer = this.clock.setTimer(Math.min(...delaysMs), () => this.run(() => this.sample()));
  }

  /** One disagreement may be an event that is on its way. */
  private isDoubted(): boolean {
    return this.surplusSeen >= 2;
  }

  private tellDoubts(): void {
    if (this.lacksEvents) this.listener.doubted({ fault: 'PERMISSION', message: NO_EVENTS });
    else this.listener.doubted(this.isDoubted() ? { fault: 'PROTOCOL', message: FEWER_READY } : undefined);
  }

  private times(): AmiTimes {
    const now = this.clock.now();
    const switchNowS = (now.getTime() + this.clockOffsetMs) / 1000;
    return { now, nowMs: this.clock.monotonicMs(), switchNowS };
  }

  /** A refusal ends the session. */
  private run(step: () => Promise<void>): void {
    step().catch((error: unknown) => {
      if (!(error instanceof AmiRefusal)) throw error;
      if (this.isOver) return;
      this.letGo();
      this.listener.failed(error.problem);
    });
  }

  private letGo(): void {
    this.isOver = true;
    this.pingTimer?.cancel();
    this.syncTimer?.cancel();
    this.sampleTimer?.cancel();
  }
}

/**
 * It would look like one that is empty for ever. Functions find a queue whatever the case of its name; its list and its
 * events have the name as it is written.
 */
function noQueue(queueName: string): AmiRefusal {
  const message = `Asterisk has no queue ${JSON.stringify(queueName)}, in upper and lower case as it is written here`;
  return new AmiRefusal({ fault: 'UNKNOWN_POOL', message });
}

/** The smaller number counts: those who became free last are the ones in doubt. */
function withoutSurplus(agents: readonly AgentInfo[], surplus: number): readonly AgentInfo[] {
  if (surplus === 0) return agents;
  const doubtful = new Set(
    agents
      .filter(({ state }) => state === 'AVAILABLE')
      .sort((a, b) => b.since.getTime() - a.since.getTime())
      .slice(0, surplus),
  );
  return agents.map((agent) => (doubtful.has(agent) ? { ...agent, state: 'UNKNOWN' } : agent));
}
