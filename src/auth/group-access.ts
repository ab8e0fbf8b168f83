import { Role } from '../entities/enums.js';
import type { Viewer } from './viewer.js';

/**
 * The second check, after the role: objects outside the viewer's groups do not exist for the viewer (product.md, Roles).
 * Services add what these return to the condition of every statement that reads or changes such an object.
 */
export const groupAccess = {
  /** Groups that the viewer sees: a `MASTER` all of them, others their own. */
  groups(viewer: Viewer): { id?: { $in: readonly string[] } } {
    return viewer.role === Role.MASTER ? {} : { id: { $in: viewer.groupIds } };
  },

  /** Campaigns of the viewer's groups. */
  campaigns(viewer: Viewer): { group: { $in: readonly string[] } } {
    return { group: { $in: viewer.groupIds } };
  },

  /** Users whom the viewer manages: a `MASTER` all, a `GROUP_MANAGER` the members of the own groups. */
  users(viewer: Viewer): { groups?: { $some: { id: { $in: readonly string[] } } } } {
    return viewer.role === Role.MASTER ? {} : { groups: { $some: { id: { $in: viewer.groupIds } } } };
  },

  /** Whether the viewer sees the group. */
  maySee(viewer: Viewer, groupId: string): boolean {
    return viewer.role === Role.MASTER || viewer.groupIds.includes(groupId);
  },

  isMember(viewer: Viewer, groupId: string): boolean {
    return viewer.groupIds.includes(groupId);
  },
};
