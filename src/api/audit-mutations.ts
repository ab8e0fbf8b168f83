import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { defaultFieldResolver, getNamedType, type GraphQLOutputType, type GraphQLSchema, isObjectType } from 'graphql';
import type { RequestContext } from '../resolvers/request-context.js';
import type { AuditedAction } from '../services/audit-log.js';
import { ErrorCode } from '../errors.js';
import { errorCodeOf } from './format-error.js';

type Fields = Readonly<Record<string, unknown>>;

/** Where the payload of a mutation tells what it concerned. */
interface Concern {
  readonly objectType: string;
  readonly field: string;
}

/**
 * Records every mutation in the audit log, done or refused, from the one place that all of them pass. It stands outside
 * `@auth`, so that what is refused there is recorded too, except where there is no session. A request that is no valid GraphQL for the schema never
 * becomes a mutation, and is not recorded.
 */
export function auditMutations(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.MUTATION_ROOT_FIELD]: (field, action) => {
      const { resolve = defaultFieldResolver } = field;
      const concern = concernOf(field.type);
      return {
        ...field,
        resolve: async (source, args: Fields, context: RequestContext, info): Promise<unknown> => {
          const { audit } = context.services;
          // Nobody's request is refused by `@auth`, and changes nothing: strangers must not be able to fill the log.
          if (!context.viewer && action !== 'login') return resolve(source, args, context, info);
          const begun = describe(action, concern, args, context);
          const entry = await audit.begin(context.em, begun);
          try {
            const payload: unknown = await resolve(source, args, context, info);
            await audit.finish(context.em, entry, {
              errorCode: null,
              objectId: objectIdOf(concern, payload) ?? begun.objectId,
              ...actorOf(payload, begun),
            });
            return payload;
          } catch (error) {
            const errorCode = errorCodeOf(error);
            // Of a login that the throttle refuses, the failures that led to it are in the log already.
            if (errorCode === ErrorCode.RATE_LIMITED) await audit.forget(entry);
            else await audit.finish(context.em, entry, { ...begun, errorCode });
            throw error;
          }
        },
      };
    },
  });
}

/** Read off the payload type: `user: User!`, or `deletedUserId: ID!`, or a list of either. */
function concernOf(type: GraphQLOutputType): Concern | null {
  const payload = getNamedType(type);
  if (!isObjectType(payload)) return null;
  const fields = Object.values(payload.getFields());
  for (const { name } of fields) {
    const gone = /^(?:deleted|removed)(\w+?)Ids?$/.exec(name)?.[1];
    if (gone) return { objectType: gone, field: name };
  }
  for (const field of fields) {
    const candidate = getNamedType(field.type);
    if (isObjectType(candidate) && 'id' in candidate.getFields()) {
      return { objectType: candidate.name, field: field.name };
    }
  }
  return null;
}

function describe(action: string, concern: Concern | null, args: Fields, context: RequestContext): AuditedAction {
  // A file is a stream: what became of it is told by the object that it was loaded into.
  const given: Fields = isFields(args['input']) ? args['input'] : {};
  const objectType = concern?.objectType ?? null;
  const byType = objectType && `${objectType.charAt(0).toLowerCase()}${objectType.slice(1)}Id`;
  const objectId = textOf(given['id']) ?? (byType ? textOf(given[byType]) : null);
  const { viewer } = context;
  return {
    action,
    userId: viewer?.userId ?? null,
    username: action === 'login' ? textOf(given['username']) : (viewer?.username ?? null),
    address: context.address,
    objectType,
    objectId,
    input: action === 'setAgentStates' ? countsOnly(given) : given,
  };
}

/** Sent every second or so, and long: the log is to say that it came, not to keep the agents' day. */
function countsOnly(input: Fields): Fields {
  const count = (value: unknown): unknown => (Array.isArray(value) ? value.length : value);
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, count(value)]));
}

function objectIdOf(concern: Concern | null, payload: unknown): string | null {
  if (!concern || !isFields(payload)) return null;
  const told = payload[concern.field];
  const one: unknown = Array.isArray(told) && told.length === 1 ? told[0] : told;
  return textOf(one) ?? (isFields(one) ? textOf(one['id']) : null);
}

/** A login is by the user whom it lets in. */
function actorOf(payload: unknown, begun: AuditedAction): { userId: string | null; username: string | null } {
  const user = isFields(payload) ? payload['user'] : undefined;
  const { userId, username } = begun;
  if (begun.action !== 'login' || !isFields(user)) return { userId, username };
  return { userId: textOf(user['id']), username: textOf(user['username']) };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
