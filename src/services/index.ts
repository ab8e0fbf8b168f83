import type { GroupService } from './group-service.js';
import type { SessionService } from './session-service.js';

/** The use cases; one object of each serves the whole process. */
export interface Services {
  readonly groups: GroupService;
  readonly sessions: SessionService;
  /** What `serverInfo` tells. */
  readonly server: { readonly version: string; readonly lab: boolean };
}
