import type { AgentSource, AgentSources } from '../contracts/agent-source.js';

/** The sources of all queues. Whoever configures the queues puts them in and takes them out. */
export class AgentSourceRegistry implements AgentSources {
  private readonly byQueue = new Map<string, { readonly source: AgentSource; readonly unsubscribe: () => void }>();
  private readonly listeners = new Set<(queueId: string) => void>();

  /** Starts the source; one that the queue had before is stopped. */
  async put(queueId: string, source: AgentSource): Promise<void> {
    const before = this.take(queueId);
    this.byQueue.set(queueId, { source, unsubscribe: source.onChanged(() => this.tell(queueId)) });
    source.start();
    this.tell(queueId);
    await before?.stop();
  }

  /** Stops the source of a queue that is not there any more. */
  async remove(queueId: string): Promise<void> {
    const source = this.take(queueId);
    this.tell(queueId);
    await source?.stop();
  }

  forQueue(queueId: string): AgentSource | undefined {
    return this.byQueue.get(queueId)?.source;
  }

  onChanged(changed: (queueId: string) => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.byQueue.keys()].map((queueId) => this.remove(queueId)));
  }

  private take(queueId: string): AgentSource | undefined {
    const entry = this.byQueue.get(queueId);
    entry?.unsubscribe();
    this.byQueue.delete(queueId);
    return entry?.source;
  }

  private tell(queueId: string): void {
    for (const listener of this.listeners) listener(queueId);
  }
}
