import type {
  AgentSource,
  AgentSourceHealth,
  AgentSources,
  QueueSnapshot,
} from '../../src/engine/contracts/agent-source.js';
import type { Clock } from '../../src/engine/contracts/clock.js';

/** A queue whose agents do as the test says. */
export class FakeQueue implements AgentSource {
  readonly kind = 'PUSH';
  private free: number;
  private busy = 0;
  private callsSeen = 0;
  private status: AgentSourceHealth['status'] = 'SYNCED';
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly clock: Clock,
    agents: number,
  ) {
    this.free = agents;
  }

  snapshot(): QueueSnapshot {
    const { free, busy, callsSeen } = this;
    const none = { reserved: 0, ringing: 0, wrapUp: 0, unavailable: 0, unknown: 0 };
    return { at: this.clock.now(), loggedIn: free + busy, free, busy, ...none, exact: true, callsSeen };
  }

  health(): AgentSourceHealth {
    return { status: this.status, since: new Date(0) };
  }

  onChanged(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  /** An agent is seen to take a call. */
  takeCall(): void {
    if (this.free > 0) this.free--;
    this.busy++;
    this.callsSeen++;
    this.tell();
  }

  finishCall(): void {
    this.busy--;
    this.free++;
    this.tell();
  }

  setFree(free: number): void {
    this.free = free;
    this.tell();
  }

  setStatus(status: AgentSourceHealth['status']): void {
    this.status = status;
    this.tell();
  }

  start(): void {
    this.tell();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

export class FakeAgentSources implements AgentSources {
  private readonly queues = new Map<string, AgentSource>();
  private readonly listeners = new Set<(queueId: string) => void>();
  /** Queues that have agents of the same peer. */
  shared: readonly string[] = [];

  add<Source extends AgentSource>(queueId: string, source: Source): Source {
    this.queues.set(queueId, source);
    source.onChanged(() => {
      for (const listener of this.listeners) listener(queueId);
    });
    return source;
  }

  forQueue(queueId: string): AgentSource | undefined {
    return this.queues.get(queueId);
  }

  sharingWith(queueId: string): readonly string[] {
    return this.shared.includes(queueId) ? this.shared.filter((id) => id !== queueId) : [];
  }

  onChanged(changed: (queueId: string) => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }
}
