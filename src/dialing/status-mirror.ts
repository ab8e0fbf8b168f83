import type { ListedAgentSource, QueueDirectory, QueueSnapshot } from '../engine/contracts/agent-source.js';
import type { CampaignStatus, EngineStatus } from '../engine/contracts/engine.js';
import type { Line, Telephony, TrunkState } from '../engine/contracts/telephony.js';
import type { DncServiceFacts, StatusUpdate } from './messages.js';

const NOT_STARTED: CampaignStatus = { idleReason: null, callsPerMinute: 0, freeAgents: 0 };

/** The engine as it was at the last word from its thread, for those who cannot wait for an answer. */
export class StatusMirror implements Pick<Telephony, 'lines' | 'line' | 'trunks'>, Omit<QueueDirectory, 'agents'> {
  private engine: EngineStatus | undefined;
  private campaigns: ReadonlyMap<string, CampaignStatus> = new Map();
  private knownLines: ReadonlyMap<string, Line> = new Map();
  private listedLines: readonly Line[] = [];
  private knownTrunks: readonly TrunkState[] = [];
  private listedQueues: readonly ListedAgentSource[] = [];
  private readonly snapshots = new Map<string, QueueSnapshot>();
  private dncServices: ReadonlyMap<string, DncServiceFacts> = new Map();

  apply(update: StatusUpdate): void {
    this.engine = update.engine;
    this.dncServices = update.dncServices;
    if (update.campaigns) this.campaigns = update.campaigns;
    if (update.lines) {
      this.listedLines = update.lines;
      this.knownLines = new Map(update.lines.map((line) => [line.id, line]));
    }
    if (update.trunks) this.knownTrunks = update.trunks;
    for (const [queueId, snapshot] of update.snapshots) this.snapshots.set(queueId, snapshot);
    if (update.queues) this.keepQueues(update.queues);
  }

  status(): EngineStatus {
    if (!this.engine) throw new Error('The engine has not told its status yet');
    return this.engine;
  }

  campaignStatus(campaignId: string): CampaignStatus {
    return this.campaigns.get(campaignId) ?? NOT_STARTED;
  }

  /** What the engine will say of it in a moment. */
  campaignStopped(campaignId: string): void {
    this.campaigns = new Map([...this.campaigns].filter(([id]) => id !== campaignId));
  }

  lines(): readonly Line[] {
    return this.listedLines;
  }

  line(id: string): Line | undefined {
    return this.knownLines.get(id);
  }

  trunks(): readonly TrunkState[] {
    return this.knownTrunks;
  }

  list(): readonly ListedAgentSource[] {
    return this.listedQueues;
  }

  find(queueId: string): ReturnType<QueueDirectory['find']> {
    const health = this.listedQueues.find((queue) => queue.queueId === queueId)?.health;
    const snapshot = this.snapshots.get(queueId);
    // What was not told again is at the last status as it was before.
    return health && snapshot && { health, snapshot: { ...snapshot, at: this.status().at } };
  }

  describe(dncServiceId: string): DncServiceFacts | undefined {
    return this.dncServices.get(dncServiceId);
  }

  private keepQueues(queues: readonly ListedAgentSource[]): void {
    this.listedQueues = queues;
    const listed = new Set(queues.map(({ queueId }) => queueId));
    for (const queueId of [...this.snapshots.keys()]) if (!listed.has(queueId)) this.snapshots.delete(queueId);
  }
}
