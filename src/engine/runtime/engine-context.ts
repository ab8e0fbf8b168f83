import type { EngineDeps } from '../contracts/engine.js';
import type { AttemptRunner } from './attempt-runner.js';
import type { BlockedCallerIds } from './blocked-caller-ids.js';
import type { CallGate } from './call-gate.js';
import type { Conversations } from './conversations.js';
import type { DncWatch } from './dnc-watch.js';
import type { OpenAttempts } from './open-attempts.js';
import type { PortPool } from './port-pool.js';
import type { QueueWatch } from './queue-watch.js';
import type { SilentTrunks } from './silent-trunks.js';
import type { LeadDisposition } from '../domain/retry-policy.js';

/** What the parts of the engine share. Made once, in `engine.ts`. */
export interface EngineContext {
  readonly deps: EngineDeps;
  readonly attempts: OpenAttempts<AttemptRunner>;
  readonly queues: QueueWatch;
  readonly ports: PortPool;
  readonly gate: CallGate;
  readonly dnc: DncWatch;
  readonly blockedCallerIds: BlockedCallerIds;
  readonly silentTrunks: SilentTrunks;
  readonly conversations: Conversations;
  /** Why no INVITE may leave any more, whatever the campaign; undefined while this instance dials. */
  obstacle(): 'lease-lost' | 'engine-draining' | undefined;
  /** Something changed that may allow calls. Cheap; the tick comes right after the current event. */
  requestTick(): void;
  /** A write was refused: nothing new until the database answers again. */
  databaseFailed(): void;
  /** An attempt ended and its end is committed. */
  attemptEnded(campaignId: string, lead: LeadDisposition): void;
}
