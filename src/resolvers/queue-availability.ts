import { AgentSourceStatus } from '../entities/enums.js';
import type { QueueStatus } from '../services/installation-status.js';
import type { QueueAvailability } from './types/queue-types.js';

/** What the engine knows of a queue, as it is shown. A source that is not healthy has nobody free. */
export function availabilityOf({ snapshot, health, reserved }: QueueStatus): QueueAvailability {
  const isHealthy = health.status === AgentSourceStatus.SYNCED || health.status === AgentSourceStatus.DEGRADED;
  const free = isHealthy ? snapshot.free : 0;
  return {
    ...snapshot,
    free,
    dialable: Math.max(0, free - reserved),
    capacity: snapshot.capacity ?? null,
    callersWaiting: snapshot.callersWaiting ?? null,
    oldestWaitMs: snapshot.oldestWaitMs ?? null,
  };
}
