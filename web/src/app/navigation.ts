import {
  IconBuildingBroadcastTower,
  IconDeviceTv,
  IconPhoneOff,
  IconSpeakerphone,
  IconUsers,
  IconUsersGroup,
} from '@tabler/icons-react';
import type { Role } from '../api/generated/graphql';

export const tabs = {
  users: { path: '/users', icon: IconUsers, roles: ['MASTER', 'GROUP_MANAGER'] },
  groups: { path: '/groups', icon: IconUsersGroup, roles: ['MASTER', 'GROUP_MANAGER'] },
  campaigns: { path: '/campaigns', icon: IconSpeakerphone, roles: ['CAMPAIGN_ADMINISTRATOR', 'CAMPAIGN_SUPERVISOR'] },
  doNotCall: { path: '/do-not-call', icon: IconPhoneOff, roles: ['MASTER', 'CAMPAIGN_ADMINISTRATOR'] },
  wallboard: { path: '/wallboard', icon: IconDeviceTv, roles: ['CAMPAIGN_ADMINISTRATOR', 'CAMPAIGN_SUPERVISOR'] },
  installation: { path: '/installation', icon: IconBuildingBroadcastTower, roles: ['MASTER'] },
} as const satisfies Record<string, { path: string; icon: typeof IconUsers; roles: readonly Role[] }>;
export type TabName = keyof typeof tabs;

export function tabsOf(role: Role): TabName[] {
  return (Object.keys(tabs) as TabName[]).filter((name) => mayOpen(role, name));
}

export function mayOpen(role: Role, name: TabName): boolean {
  return (tabs[name].roles as readonly Role[]).includes(role);
}
