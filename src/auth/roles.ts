import { Directive } from 'type-graphql';
import { Role } from '../entities/enums.js';

/**
 * Who may do what is said once, at the operation, by these lists: `@Auth(...administrators)` prints the directive, and
 * the printed directive is what is enforced (`auth-directive.ts`). Being in the group is a second check
 * (`group-access.ts`).
 */
export const everyone = [
  Role.MASTER,
  Role.GROUP_MANAGER,
  Role.CAMPAIGN_ADMINISTRATOR,
  Role.CAMPAIGN_SUPERVISOR,
] as const;
export const userManagers = [Role.MASTER, Role.GROUP_MANAGER] as const;
export const campaignReaders = [Role.CAMPAIGN_ADMINISTRATOR, Role.CAMPAIGN_SUPERVISOR] as const;

/** Lists and services hold for the whole installation (docs/decisions/0019-master-and-do-not-call.md). */
export const doNotCallManagers = [Role.MASTER, Role.CAMPAIGN_ADMINISTRATOR] as const;

/** Admits these roles to an operation or type, in the schema and in fact. */
export function Auth(...roles: readonly Role[]): MethodDecorator & PropertyDecorator & ClassDecorator {
  return Directive(`@auth(requires: [${roles.join(', ')}])`);
}
