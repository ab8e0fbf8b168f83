import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  GraphQLID,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { isId } from '../services/input-check.js';

type Args = Record<string, unknown>;

/** Ids that an integrator's own system has given; those are told back as they came. */
const FOREIGN_IDS = new Set(['agentId']);

/**
 * Ids are compared as texts, in topics and in the engine, while PostgreSQL takes a UUID in any case: here, where they come
 * in, all are made what the database gives back.
 */
export function lowerCaseIds(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field: GraphQLFieldConfig<unknown, unknown, Args>) => {
      const declared = field.args;
      if (!declared || Object.keys(declared).length === 0) return field;
      const { resolve = defaultFieldResolver, subscribe } = field;
      return {
        ...field,
        resolve: (source, args: Args, context, info): unknown =>
          resolve(source, canonicalArgs(declared, args), context, info),
        ...(subscribe && {
          subscribe: (source: unknown, args: Args, context: unknown, info): unknown =>
            subscribe(source, canonicalArgs(declared, args), context, info),
        }),
      };
    },
  });
}

function canonicalArgs(declared: GraphQLFieldConfigArgumentMap, args: Args): Args {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      const type = declared[name]?.type;
      return [name, type ? canonical(type, name, value) : value];
    }),
  );
}

function canonical(type: GraphQLInputType, name: string, value: unknown): unknown {
  if (value == null) return value;
  if (isNonNullType(type)) return canonical(type.ofType, name, value);
  if (isListType(type)) return (value as unknown[]).map((item) => canonical(type.ofType, name, item));
  if (isInputObjectType(type)) return canonicalArgs(type.getFields(), value as Args);
  const isOurs = type.name === GraphQLID.name && !FOREIGN_IDS.has(name);
  return isOurs && isId(value as string) ? (value as string).toLowerCase() : value;
}
