import {
  Cursor,
  type EntityManager,
  type EntityMetadata,
  type FilterQuery,
  type QBFilterQuery,
  type QueryOrderMap,
  raw,
} from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import type { ClassType } from 'type-graphql';
import { sqlTextArray } from '../services/sql-text-array.js';
import { type FoundPage, type Page, type PageArgs, pageOf, pageSize, strangeCursor } from './connection.js';

interface Parent {
  readonly id: string;
}

/** A list that each object of a level has, such as the leads of a campaign. */
export interface NestedList<P extends Parent, T extends object> {
  /** Property of an entry that names its parent. */
  readonly parent: keyof T & string;
  readonly parentIdOf: (entry: T) => string;
  /** What the client has given; parents with equal ones are read together. */
  readonly filter: unknown;
  /** Conditions on the entries of these parents, other than that they are theirs. */
  readonly where: (parents: readonly P[]) => FilterQuery<T>;
  /** Properties that are never null; the last one makes the order unambiguous among the entries of a parent. */
  // eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- the ORM's type, for an open T
  readonly orderBy: QueryOrderMap<T>[];
  /** How many there are, where that need not be counted. */
  readonly keptCount?: () => Promise<number | undefined>;
}

type Direction = 'asc' | 'desc';
type Order = readonly (readonly [property: string, direction: Direction])[];

/**
 * Pages of nested lists. What all parents of a level ask for with the same arguments is read in one statement, which
 * goes to the beginning of each parent's page by the index, as a page of a single list does.
 */
export class NestedPages {
  private readonly loaders = new Map<string, unknown>();

  constructor(private readonly em: EntityManager) {}

  of<P extends Parent, T extends object>(
    parent: P,
    entity: ClassType<T>,
    args: PageArgs,
    list: NestedList<P, T>,
  ): Page<T> {
    pageSize(args);
    const key = [entity.name, list.parent, list.filter];
    const pages = this.loader(['page', ...key, list.orderBy, args], (parents: readonly P[]) =>
      readPages(this.em, entity, args, list, parents),
    );
    const counts = this.loader(['count', ...key], (parents: readonly P[]) =>
      readCounts(this.em, entity, list, parents),
    );
    return {
      get edges() {
        return pages.load(parent).then(({ edges }) => edges);
      },
      get pageInfo() {
        return pages.load(parent).then(({ pageInfo }) => pageInfo);
      },
      count: async () => (await list.keptCount?.()) ?? counts.load(parent),
    };
  }

  private loader<P extends Parent, V>(
    key: readonly unknown[],
    read: (parents: readonly P[]) => Promise<V[]>,
  ): DataLoader<P, V, string> {
    const name = JSON.stringify(key);
    const known = this.loaders.get(name) as DataLoader<P, V, string> | undefined;
    if (known) return known;
    const loader = new DataLoader<P, V, string>(read, { cacheKeyFn: ({ id }) => id });
    this.loaders.set(name, loader);
    return loader;
  }
}

type ReadPage<T> = Pick<FoundPage<T>, 'edges' | 'pageInfo'>;

async function readPages<P extends Parent, T extends object>(
  em: EntityManager,
  entity: ClassType<T>,
  args: PageArgs,
  list: NestedList<P, T>,
  parents: readonly P[],
): Promise<ReadPage<T>[]> {
  const { first, last } = pageSize(args);
  const { after, before } = args;
  const order = list.orderBy.flatMap((entry) => Object.entries(entry) as [string, Direction][]);
  const fromEnd = last === undefined ? order : reversed(order);
  const sought = theirs(em, entity, list, parents)
    .select('id' as never)
    .andWhere({ $and: [past(args, 'after', order), past(args, 'before', reversed(order))] } as QBFilterQuery<T>)
    .orderBy(fromEnd.map(([property, direction]) => ({ [property]: direction })) as never)
    // One more than asked for tells whether there are more.
    .limit((first ?? last ?? 0) + 1)
    .toQuery();
  const isSought = raw(`id in (select entry.id from ${FOR_EACH} (${sought.sql}) entry)`, [
    sqlTextArray(parents.map(({ id }) => id)),
    ...sought.params,
  ]);
  const entries = await em.find(entity, { [isSought]: [] } as FilterQuery<NoInfer<T>>, { orderBy: list.orderBy });
  const meta: EntityMetadata<T> = em.getMetadata(entity);
  const entriesOf = new Map<string, typeof entries>(parents.map(({ id }) => [id, []]));
  for (const entry of entries) entriesOf.get(list.parentIdOf(entry))?.push(entry);
  return parents.map(({ id }) => {
    const options = { first, last, after, before, orderBy: list.orderBy, overfetch: true };
    return pageOf(new Cursor(entriesOf.get(id) ?? [], undefined as never, options as never, meta));
  });
}

async function readCounts<P extends Parent, T extends object>(
  em: EntityManager,
  entity: ClassType<T>,
  list: NestedList<P, T>,
  parents: readonly P[],
): Promise<number[]> {
  const { sql, params } = theirs(em, entity, list, parents).select(raw('count(*)::int as entries')).toQuery();
  const rows = await em.execute<{ id: string; entries: number }[]>(
    `select parent.id, counted.entries from ${FOR_EACH} (${sql}) counted`,
    [sqlTextArray(parents.map(({ id }) => id)), ...params],
  );
  const countOf = new Map(rows.map(({ id, entries }) => [id, entries]));
  return parents.map(({ id }) => countOf.get(id) ?? 0);
}

/** A select that stands behind it is run once for each parent. */
const FOR_EACH = 'unnest(?::uuid[]) parent(id) cross join lateral';

function theirs<P extends Parent, T extends object>(
  em: EntityManager,
  entity: ClassType<T>,
  list: NestedList<P, T>,
  parents: readonly P[],
) {
  const properties: Readonly<Record<string, { readonly fieldNames: readonly string[] }>> =
    em.getMetadata(entity).properties;
  const [column = ''] = properties[list.parent]?.fieldNames ?? [];
  return em
    .createQueryBuilder(entity, 'n')
    .where(list.where(parents) as QBFilterQuery<T>)
    .andWhere(`n.${column} = parent.id`);
}

function reversed(order: Order): Order {
  return order.map(([property, direction]) => [property, direction === 'asc' ? 'desc' : 'asc']);
}

/** That an entry comes later in the order than the one that the cursor names. */
function past(args: PageArgs, which: 'after' | 'before', order: Order): object {
  const cursor = args[which];
  if (cursor == null) return {};
  let values: unknown;
  try {
    values = Cursor.decode(cursor);
  } catch {
    throw strangeCursor(which);
  }
  if (!Array.isArray(values) || values.length !== order.length) throw strangeCursor(which);
  return later(order, values);
}

function later([head, ...others]: Order, [value, ...rest]: readonly unknown[]): object {
  if (!head) return {};
  const [property, direction] = head;
  const operator = direction === 'asc' ? '$gt' : '$lt';
  const isLater = { [property]: { [operator]: value } };
  if (others.length === 0) return isLater;
  // The first condition follows from the second, and is what the index is searched by.
  return { [property]: { [`${operator}e`]: value }, $or: [isLater, later(others, rest)] };
}
