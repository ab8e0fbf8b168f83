import { topicNames, type Topics } from '../../api/topics.js';
import type { EngineStatus } from '../../engine/contracts/engine.js';
import type { InstallationStatus } from '../../services/installation-status.js';
import { SHORTEST_INTERVAL_MS } from './latest-feed.js';
import type { Feed } from './watched-feeds.js';

/** Lines and sources that fail are no event of the engine's: they are looked for this often. */
const LOOK_MS = 1000;

/** The state of the engine, its queues and its faults, compared in memory: looking costs no statement. */
export class EngineFeed implements Feed {
  private shown: string;
  private timer: NodeJS.Timeout | undefined;
  private readonly look: NodeJS.Timeout;
  private readonly unsubscribe: () => void;

  constructor(
    private readonly topics: Topics,
    private readonly installation: InstallationStatus,
  ) {
    this.shown = this.signature(installation.engine());
    this.unsubscribe = topics.listen(topicNames.engine, () => {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        this.tell();
      }, SHORTEST_INTERVAL_MS);
    });
    this.look = setInterval(() => {
      this.tell();
    }, LOOK_MS);
  }

  snapshot(): Promise<readonly EngineStatus[]> {
    return Promise.resolve([this.installation.engine()]);
  }

  stop(): void {
    clearTimeout(this.timer);
    clearInterval(this.look);
    this.unsubscribe();
  }

  private tell(): void {
    const status = this.installation.engine();
    const signature = this.signature(status);
    if (signature === this.shown) return;
    this.shown = signature;
    this.topics.publish(topicNames.engineValues, status);
  }

  private signature({ state, since, idleReason, callsInFlight, callsPerMinute, ports }: EngineStatus): string {
    const faults = this.installation.faults();
    // The instants of a look are no news, nor is each second that a caller waits; an event of the source is, since an agent
    // may have moved without a change of the counts.
    const queues = this.installation.queues().map(({ id, name, snapshot, health }) => {
      const counts = { ...snapshot, at: null, oldestWaitMs: null, lastCalls: null };
      return [id, name, counts, health.status, health.message, health.lastEventAt];
    });
    return JSON.stringify([state, since, idleReason, callsInFlight, callsPerMinute, ports, faults, queues]);
  }
}
