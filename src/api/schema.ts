import { type GraphQLSchema, lexicographicSortSchema } from 'graphql';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { GraphQLDateTime } from 'graphql-scalars';
import { buildSchema } from 'type-graphql';
import { enforceAuth } from '../auth/auth-directive.js';
import { auditMutations } from './audit-mutations.js';
import { lowerCaseIds } from './lower-case-ids.js';
import { resolvers } from '../resolvers/index.js';

/** type-graphql wants a publisher as soon as there is a subscription; ours subscribe to `Topics` by themselves. */
const noPubSub = {
  publish: refusePubSub,
  subscribe: refusePubSub,
};

export async function createSchema(): Promise<GraphQLSchema> {
  const built = await buildSchema({
    resolvers,
    validate: false,
    pubSub: noPubSub,
    scalarsMap: [{ type: Date, scalar: GraphQLDateTime }],
  });
  return auditMutations(enforceAuth(lowerCaseIds(built)));
}

export function printSchema(schema: GraphQLSchema): string {
  return `${printSchemaWithDirectives(lexicographicSortSchema(schema))}\n`;
}

function refusePubSub(): never {
  throw new Error('Subscriptions go through Topics.');
}
