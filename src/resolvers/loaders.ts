import type { EntityData, EntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import type { ClassType } from 'type-graphql';
import { Campaign } from '../entities/campaign.js';
import { DncService } from '../entities/dnc-service.js';
import { Group } from '../entities/group.js';
import { Lead } from '../entities/lead.js';
import { Queue } from '../entities/queue.js';
import { Schedule } from '../entities/schedule.js';
import { Trunk } from '../entities/trunk.js';

/** Loads by id, all that one level of a query needs in one statement; null for what is not there (any more). */
export type ByIdLoader<T> = DataLoader<string, T | null>;

export interface Loaders {
  readonly campaign: ByIdLoader<Campaign>;
  readonly dncService: ByIdLoader<DncService>;
  readonly group: ByIdLoader<Group>;
  /** Groups by user id, in the order of their names. */
  readonly groupsOfUser: DataLoader<string, Group[]>;
  readonly lead: ByIdLoader<Lead>;
  readonly queue: ByIdLoader<Queue>;
  readonly schedule: ByIdLoader<Schedule>;
  readonly trunk: ByIdLoader<Trunk>;
}

export function createLoaders(em: EntityManager): Loaders {
  return {
    campaign: byId(em, Campaign),
    dncService: byId(em, DncService),
    group: byId(em, Group),
    groupsOfUser: groupsOfUser(em),
    lead: byId(em, Lead),
    queue: byId(em, Queue),
    schedule: byId(em, Schedule),
    trunk: byId(em, Trunk),
  };
}

function groupsOfUser(em: EntityManager): DataLoader<string, Group[]> {
  return new DataLoader<string, Group[]>(async (userIds) => {
    const rows = await em.execute<(EntityData<Group> & { member_id: string })[]>(
      `select m.user_id as member_id, g.* from group_member m join dialer_group g on g.id = m.group_id
       where m.user_id in (?) order by g.name, g.id`,
      [userIds],
    );
    const groups = new Map<string, Group[]>(userIds.map((id) => [id, []]));
    for (const { member_id: userId, ...row } of rows) groups.get(userId)?.push(em.map(Group, row as EntityData<Group>));
    return userIds.map((id) => groups.get(id) ?? []);
  });
}

function byId<T extends { id: string }>(em: EntityManager, entity: ClassType<T>): ByIdLoader<T> {
  return new DataLoader<string, T | null>(async (ids) => {
    const found = (await em.find(entity, { id: { $in: ids } } as never)) as unknown as T[];
    const index = new Map(found.map((item) => [item.id, item]));
    return ids.map((id) => index.get(id) ?? null);
  });
}
