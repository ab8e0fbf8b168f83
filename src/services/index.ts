import type { DialerPortService } from './dialer-port-service.js';
import type { GroupService } from './group-service.js';
import type { InstallationStatus } from './installation-status.js';
import type { QueueService } from './queue-service.js';
import type { SessionService } from './session-service.js';
import type { TrunkService } from './trunk-service.js';
import type { UserService } from './user-service.js';

/** The use cases; one object of each serves the whole process. */
export interface Services {
  readonly dialerPorts: DialerPortService;
  readonly groups: GroupService;
  /** What the engine knows of trunks, ports and queues. */
  readonly installation: InstallationStatus;
  readonly queues: QueueService;
  readonly sessions: SessionService;
  readonly trunks: TrunkService;
  readonly users: UserService;
  /** What `serverInfo` tells. */
  readonly server: { readonly version: string; readonly lab: boolean };
}
