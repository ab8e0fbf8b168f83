import type { AgentInfo, AgentSource, AgentSourceHealth, QueueSnapshot } from '../contracts/agent-source.js';
import type { Clock, Timer } from '../contracts/clock.js';
import { AgentSourceFault, AgentSourceStatus, type AgentSourceKind } from '../domain/agent-state.js';
import { type AgentCounts, countAgents, unknownSince } from './agent-counts.js';
import { Announcer } from './announcer.js';
import { CallSightings } from './call-sightings.js';

/** Without a sign of life for so long, nobody counts as free; a session asks for one more often than this. */
const STALE_AFTER_MS = 3_000;
/** Without one for so long, the connection is given up. */
const LOST_AFTER_MS = 10_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** What only an edit on either side puts right is not tried as often: peers lock out those who guess passwords. */
const SETTINGS_RETRY_MS = 10_000;
const settingsFaults: ReadonlySet<AgentSourceFault> = new Set<AgentSourceFault>([
  'AUTH',
  'UNKNOWN_POOL',
  'PERMISSION',
  'VERSION',
]);

export interface SourceProblem {
  readonly fault: AgentSourceFault;
  /** In English, without secrets. */
  readonly message: string;
}

/** What a session tells of itself. */
export interface SessionListener {
  /** The peer is there; its state is about to be read. */
  reached(): void;
  /** A sign of life. */
  alive(): void;
  /** The full state has been read. */
  synced(): void;
  /** Something that `view` shows is another than before. */
  changed(): void;
  /** It works, but its figures do not agree; undefined: they do again. */
  doubted(problem: SourceProblem | undefined): void;
  /** The session has ended, for this reason. */
  failed(problem: SourceProblem): void;
}

/** One connection to a peer, from its beginning to its end; it has to be closed even after it failed. */
export interface PeerSession {
  view(): PeerView;
  /** Reads the full state again, and tells `synced`. */
  resync(): void;
  close(): Promise<void>;
}

export interface PeerView {
  /** Absent where the peer counts without naming anybody; then there are counts. */
  readonly agents?: readonly AgentInfo[];
  readonly counts?: AgentCounts;
  readonly callersWaiting?: number;
  readonly oldestWaitMs?: number;
  readonly exact: boolean;
}

export type OpenSession = (listener: SessionListener, calls: CallSightings) => PeerSession;

/**
 * A source that asks a peer over the network. It opens a session, believes it as long as it gives signs of life, and opens
 * another one when it ends: later and later, and never at the same moment as other instances. Nothing of an old session's
 * state outlives the full state that the next one reads. While it is not synced, nobody is free.
 */
export class RemoteSource implements AgentSource {
  private readonly announcer: Announcer;
  private readonly calls = new CallSightings();
  private session: PeerSession | undefined;
  private lastView: PeerView = { exact: false };
  private condition: AgentSourceHealth;
  private lastSignMs = 0;
  private failures = 0;
  private isResyncing = false;
  private timer: Timer | undefined;
  private isStopped = false;
  /** Ends the present session. */
  private giveUp: () => void = () => undefined;

  constructor(
    readonly kind: AgentSourceKind,
    private readonly open: OpenSession,
    private readonly clock: Clock,
    /** 0 to 1: spreads the tries of many instances. */
    private readonly random: () => number = Math.random,
  ) {
    this.announcer = new Announcer(clock);
    this.condition = { status: 'CONNECTING', since: clock.now() };
  }

  start(): void {
    this.connect();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.timer?.cancel();
    this.announcer.stop();
    await this.session?.close();
    this.session = undefined;
  }

  snapshot(): QueueSnapshot {
    const { counts, callersWaiting, oldestWaitMs, exact } = this.view();
    const isBelieved = this.isBelieved();
    const { free, ...others } = counts && isBelieved ? counts : countAgents(this.agents());
    return {
      at: this.clock.now(),
      ...others,
      free: isBelieved ? free : 0,
      ...(isBelieved && callersWaiting !== undefined && { callersWaiting }),
      ...(isBelieved && oldestWaitMs !== undefined && { oldestWaitMs }),
      exact,
      callsSeen: this.calls.callsSeen,
      lastCalls: this.calls.lastCalls(),
    };
  }

  health(): AgentSourceHealth {
    return this.condition;
  }

  agents(): readonly AgentInfo[] {
    const agents = this.view().agents ?? [];
    return this.isBelieved() ? agents : agents.map((agent) => unknownSince(agent, this.condition.since));
  }

  onChanged(changed: () => void): () => void {
    return this.announcer.onChanged(changed);
  }

  private view(): PeerView {
    return this.session?.view() ?? this.lastView;
  }

  private isBelieved(): boolean {
    const { status } = this.condition;
    return status === AgentSourceStatus.SYNCED || status === AgentSourceStatus.DEGRADED;
  }

  private connect(): void {
    this.lastSignMs = this.clock.monotonicMs();
    this.isResyncing = true;
    let isOver = false;
    /** What a session says after its end is not heard. */
    const whileOpen =
      <Args extends readonly unknown[]>(run: (...args: Args) => void) =>
      (...args: Args): void => {
        if (!isOver && !this.isStopped) run(...args);
      };
    const listener: SessionListener = {
      reached: whileOpen(() => {
        this.enter('CONNECTING');
        this.watch();
      }),
      alive: whileOpen(() => this.alive()),
      synced: whileOpen(() => this.synced()),
      changed: whileOpen(() => {
        if (this.isBelieved()) this.announcer.changed();
      }),
      doubted: whileOpen((problem) => {
        if (this.isBelieved()) this.enter(problem ? 'DEGRADED' : 'SYNCED', problem);
      }),
      failed: whileOpen((problem) => {
        isOver = true;
        this.failed(problem);
      }),
    };
    this.session = this.open(listener, this.calls);
    this.giveUp = () => listener.failed({ fault: 'NETWORK', message: `No sign of life for ${LOST_AFTER_MS / 1000} s` });
    this.watch();
  }

  /** Looks again when the next sign of life is overdue. */
  private watch(): void {
    this.timer?.cancel();
    const silentMs = this.clock.monotonicMs() - this.lastSignMs;
    const limitMs = this.isBelieved() ? STALE_AFTER_MS : LOST_AFTER_MS;
    this.timer = this.clock.setTimer(limitMs - silentMs, () => this.lookForSigns());
  }

  private lookForSigns(): void {
    const silentMs = this.clock.monotonicMs() - this.lastSignMs;
    if (silentMs >= LOST_AFTER_MS) {
      this.giveUp();
      return;
    }
    if (silentMs >= STALE_AFTER_MS && this.isBelieved()) {
      this.enter('STALE', { fault: 'NETWORK', message: `No sign of life for ${STALE_AFTER_MS / 1000} s` });
    }
    this.watch();
  }

  private alive(): void {
    this.lastSignMs = this.clock.monotonicMs();
    this.condition = { ...this.condition, lastEventAt: this.clock.now() };
    if (this.condition.status !== 'STALE' || this.isResyncing) return;
    this.isResyncing = true;
    this.session?.resync();
  }

  private synced(): void {
    this.isResyncing = false;
    this.failures = 0;
    const lastSyncAt = this.clock.now();
    this.condition = { ...this.condition, lastSyncAt };
    if (this.isBelieved()) this.announcer.changed();
    else this.enter('SYNCED');
    this.watch();
  }

  private failed(problem: SourceProblem): void {
    const { session } = this;
    this.lastView = this.view();
    this.session = undefined;
    void session?.close();
    this.failures++;
    const baseMs = settingsFaults.has(problem.fault) ? SETTINGS_RETRY_MS : FIRST_RETRY_MS;
    const longestMs = Math.min(baseMs * 2 ** Math.min(this.failures - 1, 10), LONGEST_RETRY_MS);
    const waitMs = Math.round(longestMs * (0.75 + this.random() / 4));
    this.enter('DOWN', problem, new Date(this.clock.now().getTime() + waitMs));
    this.timer?.cancel();
    this.timer = this.clock.setTimer(waitMs, () => this.connect());
  }

  private enter(status: AgentSourceStatus, problem?: SourceProblem, nextTryAt?: Date): void {
    const { lastSyncAt, lastEventAt, status: before, since, message } = this.condition;
    const isSame = status === before && message === problem?.message;
    this.condition = {
      status,
      since: isSame ? since : this.clock.now(),
      ...(lastSyncAt && { lastSyncAt }),
      ...(lastEventAt && { lastEventAt }),
      ...(nextTryAt && { nextTryAt }),
      ...problem,
    };
    this.announcer.changed();
  }
}
