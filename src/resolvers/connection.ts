import {
  type Cursor,
  CursorError,
  type EntityManager,
  type FilterQuery,
  type QueryOrderMap,
} from '@mikro-orm/postgresql';
import { ArgsType, type ClassType, Field, Int, ObjectType } from 'type-graphql';
import { type AppError, badUserInput, type FieldProblem } from '../errors.js';

/** Pages of Relay connections, by key: the cursor names the last entry, and the next page begins behind it. */
export const PAGE_DEFAULT = 50;
export const PAGE_MAX = 500;

@ObjectType({ description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'True if entries follow the page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'True if entries precede the page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { description: "Cursor of the page's first entry; null if the page is empty.", nullable: true })
  startCursor!: string | null;

  @Field(() => String, { description: "Cursor of the page's last entry; null if the page is empty.", nullable: true })
  endCursor!: string | null;
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    description: 'Entries from the start, after `after`, 1 to 500; 50 if neither `first` nor `last` is given.',
    nullable: true,
  })
  first?: number | null;

  @Field(() => String, { description: 'Cursor of the entry after which the page begins.', nullable: true })
  after?: string | null;

  @Field(() => Int, {
    description: 'Entries from the end, before `before`, 1 to 500; not together with `first`.',
    nullable: true,
  })
  last?: number | null;

  @Field(() => String, { description: 'Cursor of the entry before which the page ends.', nullable: true })
  before?: string | null;
}

export interface Edge<T> {
  readonly cursor: string;
  readonly node: T;
}

type Awaitable<T> = T | Promise<T>;

/** What a connection shows; a page of a nested list is read only if the client wants something of it. */
export interface Page<T> {
  readonly edges: Awaitable<Edge<T>[]>;
  readonly pageInfo: Awaitable<PageInfo>;
  /** Asked only when the client wants it. */
  readonly count: () => Promise<number>;
}

/** A page that has been read. */
export interface FoundPage<T> extends Page<T> {
  readonly edges: Edge<T>[];
  readonly pageInfo: PageInfo;
}

/**
 * The types of a list. `noun` and `plural` stand in the descriptions; the concrete classes are declared beside the
 * resolver of the noun: `class GroupEdge extends edgeType(Group, …)`.
 */
export function edgeType<T extends object>(node: ClassType<T>, noun: string) {
  @ObjectType({ description: `${noun} in a page.` })
  abstract class EdgeType implements Edge<T> {
    @Field(() => String, { description: 'Opaque place in the list, for `after` and `before`.' })
    cursor!: string;

    @Field(() => node, { description: 'The entry.' })
    node!: T;
  }
  return EdgeType;
}

export function connectionType<T extends object>(node: ClassType<T>, edge: ClassType<Edge<T>>, plural: string) {
  @ObjectType({ description: `A page of ${plural}.` })
  abstract class ConnectionType {
    constructor(private readonly page: Page<T>) {}

    @Field(() => [edge], { description: 'The entries with their cursors, in the order of the list.' })
    get edges(): Awaitable<Edge<T>[]> {
      return this.page.edges;
    }

    @Field(() => [node], { description: 'The entries alone, in the same order.' })
    async nodes(): Promise<T[]> {
      return (await this.page.edges).map((entry) => entry.node);
    }

    @Field(() => PageInfo, { description: 'Where the page stands in the list.' })
    get pageInfo(): Awaitable<PageInfo> {
      return this.page.pageInfo;
    }

    @Field(() => Int, { description: 'Entries in the whole list, with the filter applied.' })
    totalCount(): Promise<number> {
      return this.page.count();
    }
  }
  return ConnectionType;
}

export interface PageQuery<T extends object> {
  readonly where: FilterQuery<T>;
  /** What decides the order; it ends with the id, so that equal entries have an order too. */
  // eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- the ORM's type, for an open T
  readonly orderBy: QueryOrderMap<T>[];
  /** How the whole list is counted, where there is a cheaper way than to count its rows. */
  readonly count?: () => Promise<number>;
}

/** One page of an entity's rows: one statement, and another for `totalCount` if the client asks for it. */
export async function findPage<T extends object>(
  em: EntityManager,
  entity: ClassType<T>,
  args: PageArgs,
  query: PageQuery<NoInfer<T>>,
): Promise<FoundPage<T>> {
  const { first, last } = pageSize(args);
  let cursor: Cursor<T>;
  try {
    cursor = (await em.findByCursor(entity, {
      where: query.where,
      orderBy: query.orderBy,
      includeCount: false,
      ...(first === undefined ? {} : { first }),
      ...(last === undefined ? {} : { last }),
      ...(args.after == null ? {} : { after: args.after }),
      ...(args.before == null ? {} : { before: args.before }),
    })) as unknown as Cursor<T>;
  } catch (error) {
    if (error instanceof CursorError) {
      throw strangeCursor(args.after == null ? 'before' : 'after');
    }
    throw error;
  }
  return { ...pageOf(cursor), count: query.count ?? (() => em.count(entity, query.where)) };
}

export function pageOf<T extends object>(cursor: Cursor<T>): Pick<FoundPage<T>, 'edges' | 'pageInfo'> {
  return {
    edges: cursor.items.map((node) => ({ node, cursor: cursor.from(node) })),
    pageInfo: {
      hasNextPage: cursor.hasNextPage,
      hasPreviousPage: cursor.hasPrevPage,
      startCursor: cursor.startCursor,
      endCursor: cursor.endCursor,
    },
  };
}

export function strangeCursor(path: 'after' | 'before'): AppError {
  return badUserInput([{ path, message: 'is not a cursor that this list has given' }]);
}

export function pageSize({ first, last }: PageArgs): { first?: number; last?: number } {
  const problems: FieldProblem[] = [];
  for (const [path, value] of Object.entries({ first, last })) {
    if (value != null && (value < 1 || value > PAGE_MAX)) {
      problems.push({ path, message: `${value} is not allowed: a page has 1 to ${PAGE_MAX} entries` });
    }
  }
  if (first != null && last != null) problems.push({ path: 'last', message: 'cannot be given together with first' });
  if (problems.length > 0) throw badUserInput(problems);
  if (last != null) return { last };
  return { first: first ?? PAGE_DEFAULT };
}
