import type { EntityData, EntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import type { ClassType } from 'type-graphql';
import { Campaign } from '../entities/campaign.js';
import { DncService } from '../entities/dnc-service.js';
import type { CampaignStartRefusal } from '../entities/enums.js';
import { Group } from '../entities/group.js';
import { Lead } from '../entities/lead.js';
import { Queue } from '../entities/queue.js';
import { Schedule } from '../entities/schedule.js';
import { Trunk } from '../entities/trunk.js';
import { User } from '../entities/user.js';
import { AppError, ErrorCode } from '../errors.js';
import type { CountersNow } from '../services/campaign-counters.js';
import { startRefusals } from '../services/campaign-control.js';
import type { VoicemailMessage } from '../entities/voicemail-message.js';
import type { Services } from '../services/index.js';
import type { Callability } from '../services/lead-callability.js';
import { NestedPages } from './nested-pages.js';

/** Loads by id, all that one level of a query needs in one statement; null for what is not there (any more). */
export type ByIdLoader<T> = DataLoader<string, T | null>;

export interface Loaders {
  /** By attempt id: whether the first seconds were recorded. */
  readonly amdRecording: ByIdLoader<true>;
  readonly callability: ByIdLoader<Callability>;
  readonly campaign: ByIdLoader<Campaign>;
  /** By campaign id. */
  readonly counters: ByIdLoader<CountersNow>;
  readonly dncService: ByIdLoader<DncService>;
  readonly group: ByIdLoader<Group>;
  /** Groups by user id, in the order of their names. */
  readonly groupsOfUser: DataLoader<string, Group[]>;
  readonly lead: ByIdLoader<Lead>;
  readonly pages: NestedPages;
  readonly queue: ByIdLoader<Queue>;
  readonly schedule: ByIdLoader<Schedule>;
  /** By campaign id: why it cannot be started; an empty list if it can. */
  readonly startRefusals: ByIdLoader<CampaignStartRefusal[]>;
  readonly trunk: ByIdLoader<Trunk>;
  readonly user: ByIdLoader<User>;
  /** By campaign id. */
  readonly voicemailMessage: ByIdLoader<VoicemailMessage>;
}

export function createLoaders(em: EntityManager, services: Services): Loaders {
  return {
    amdRecording: batched((ids) => services.amdRecordings.existing(em, ids)),
    callability: batched((ids) => services.callability.read(em, ids, new Date())),
    campaign: byId(em, Campaign),
    counters: batched((ids) => services.counters.read(em, ids)),
    dncService: byId(em, DncService),
    group: byId(em, Group),
    groupsOfUser: groupsOfUser(em),
    lead: byId(em, Lead),
    pages: new NestedPages(em),
    queue: byId(em, Queue),
    schedule: byId(em, Schedule),
    startRefusals: batched((ids) => startRefusals(em, ids, new Date())),
    trunk: byId(em, Trunk),
    user: byId(em, User),
    voicemailMessage: batched((ids) => services.voicemailMessages.read(em, ids)),
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

function batched<T>(read: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>): ByIdLoader<T> {
  return new DataLoader<string, T | null>(async (ids) => {
    const found = await read(ids);
    return ids.map((id) => found.get(id) ?? null);
  });
}

/** For what must be there, because a foreign key says so. It is gone only if it was deleted while the request ran. */
export async function present<T>(loader: ByIdLoader<T>, id: string): Promise<T> {
  const found = await loader.load(id);
  if (found === null) throw new AppError(ErrorCode.NOT_FOUND, 'It was deleted while the request ran.');
  return found;
}

function byId<T extends { id: string }>(em: EntityManager, entity: ClassType<T>): ByIdLoader<T> {
  return new DataLoader<string, T | null>(async (ids) => {
    const found = (await em.find(entity, { id: { $in: ids } } as never)) as unknown as T[];
    const index = new Map(found.map((item) => [item.id, item]));
    return ids.map((id) => index.get(id) ?? null);
  });
}
