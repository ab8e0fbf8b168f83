import type { Role } from '../entities/enums.js';

/** The user of a session, with the rights that the database gives at this instant. */
export interface Viewer {
  readonly userId: string;
  readonly username: string;
  readonly role: Role;
  /** All groups of the user, disabled ones included. */
  readonly groupIds: readonly string[];
  /** Only `me`, `changePassword` and `logout` are allowed. */
  readonly mustChangePassword: boolean;
  readonly session: { readonly tokenHash: Buffer; readonly expiresAt: Date };
}
