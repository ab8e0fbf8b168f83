import type { AgentSource, AgentSources } from '../contracts/agent-source.js';
import type { Clock } from '../contracts/clock.js';
import { FixedChannels, type HeldCall } from './fixed-channels.js';
import { type AgentReports, PushSource } from './push-source.js';

/** Where a queue's state comes from, as it is configured. Each kind is a file of this folder. */
export interface FixedSourceSettings {
  readonly kind: 'FIXED';
  /** 1 or more. */
  readonly channels: number;
  /** Seconds that a call which was handed over keeps its channel. */
  readonly holdSeconds: number;
}
export interface PushSourceSettings {
  readonly kind: 'PUSH';
  /** The only user whose reports count. */
  readonly reporterId: string;
}
export type SourceSettings = FixedSourceSettings | PushSourceSettings;

export interface QueueSettings {
  readonly id: string;
  readonly agentSource: SourceSettings;
}

/** The sources of all queues, kept in step with what is configured. */
export class ConfiguredAgentSources implements AgentSources {
  private readonly sources = new Map<string, { source: AgentSource; settings: string; stopListening: () => void }>();
  private readonly listeners = new Set<(queueId: string) => void>();

  constructor(
    private readonly clock: Clock,
    private readonly reports: AgentReports,
  ) {}

  /**
   * Sources whose settings are as before go on undisturbed; the others are stopped, and started anew. What a source alone
   * knows, the calls that it was handed, goes on to its successor: the channels are not free because they were counted anew.
   */
  configure(queues: readonly QueueSettings[]): void {
    const wanted = new Map(queues.map((queue) => [queue.id, queue]));
    const held = new Map<string, readonly HeldCall[]>();
    for (const [id, { source, settings }] of [...this.sources]) {
      if (JSON.stringify(wanted.get(id)?.agentSource) === settings) continue;
      if (source instanceof FixedChannels) held.set(id, source.held());
      this.remove(id);
    }
    for (const [id, queue] of wanted) {
      if (!this.sources.has(id)) this.add(id, queue.agentSource, held.get(id));
    }
  }

  forQueue(queueId: string): AgentSource | undefined {
    return this.sources.get(queueId)?.source;
  }

  onChanged(changed: (queueId: string) => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  stop(): void {
    for (const id of [...this.sources.keys()]) this.remove(id);
  }

  private add(id: string, settings: SourceSettings, held?: readonly HeldCall[]): void {
    const source = this.create(id, settings, held);
    const stopListening = source.onChanged(() => {
      this.tell(id);
    });
    this.sources.set(id, { source, settings: JSON.stringify(settings), stopListening });
    source.start();
  }

  private create(queueId: string, settings: SourceSettings, held?: readonly HeldCall[]): AgentSource {
    switch (settings.kind) {
      case 'FIXED': {
        const { channels, holdSeconds } = settings;
        return new FixedChannels({ channels, holdMs: holdSeconds * 1000 }, this.clock, held);
      }
      case 'PUSH':
        return new PushSource(queueId, settings.reporterId, this.reports);
    }
  }

  private remove(id: string): void {
    const known = this.sources.get(id);
    if (!known) return;
    known.stopListening();
    this.sources.delete(id);
    void known.source.stop();
    this.tell(id);
  }

  private tell(queueId: string): void {
    for (const listener of this.listeners) listener(queueId);
  }
}
