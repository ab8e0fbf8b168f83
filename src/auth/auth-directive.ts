import { getDirective, MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  DirectiveLocation,
  GraphQLDirective,
  type GraphQLEnumType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLSchema,
  specifiedDirectives,
} from 'graphql';
import type { Role } from '../entities/enums.js';
import { AppError, ErrorCode } from '../errors.js';
import type { Viewer } from './viewer.js';

/** Operations that need no session. */
const PUBLIC = new Set(['Query.serverInfo', 'Mutation.login']);
/** All that is allowed to a user who must change the password first. */
const BEFORE_PASSWORD_CHANGE = new Set(['Query.me', 'Mutation.changePassword', 'Mutation.logout']);

interface HasViewer {
  readonly viewer: Viewer | null;
}

/**
 * Declares `@auth` in the schema and enforces it where it stands: on root fields, on fields of types, on whole types,
 * and on subscriptions before they subscribe. A root field that has none, and is not public, fails the start.
 */
export function enforceAuth(built: GraphQLSchema): GraphQLSchema {
  const schema = new GraphQLSchema({ ...built.toConfig(), directives: [...specifiedDirectives, authDirective(built)] });
  const roots = new Set(
    [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].map((type) => type?.name),
  );

  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field, fieldName, typeName) => {
      const name = `${typeName}.${fieldName}`;
      const isRoot = roots.has(typeName);
      const required = [field, schema.getType(typeName)].flatMap((place) =>
        place ? ((getDirective(schema, place, 'auth') ?? []) as { requires: readonly Role[] }[]) : [],
      );
      if (required.length === 0) {
        if (isRoot && !PUBLIC.has(name)) throw new Error(`${name} needs @Auth: no operation is public by accident.`);
        return field;
      }
      const admit = (context: HasViewer): void => {
        const { viewer } = context;
        if (!viewer) throw new AppError(ErrorCode.UNAUTHENTICATED, 'There is no session, or it has ended. Log in.');
        for (const { requires } of required) {
          if (!requires.includes(viewer.role)) {
            throw new AppError(ErrorCode.FORBIDDEN, `${name} is for ${requires.join(', ')}, not for ${viewer.role}.`);
          }
        }
        if (isRoot && viewer.mustChangePassword && !BEFORE_PASSWORD_CHANGE.has(name)) {
          throw new AppError(ErrorCode.FORBIDDEN, 'The password must be changed first, with changePassword.');
        }
      };
      const { resolve = defaultFieldResolver, subscribe } = field;
      return {
        ...field,
        // Introspection does not show applied directives: the description says it too.
        description: [field.description, ...required.map(({ requires }) => `Roles: ${requires.join(', ')}.`)]
          .filter(Boolean)
          .join('\n\n'),
        resolve: (source, args, context: HasViewer, info): unknown => {
          admit(context);
          return resolve(source, args, context, info);
        },
        ...(subscribe && {
          subscribe: (source: unknown, args: Record<string, unknown>, context: HasViewer, info): unknown => {
            admit(context);
            return subscribe(source, args, context, info);
          },
        }),
      };
    },
  });
}

/** Its argument must be of the schema's own `Role`, which exists only once the schema is built. */
function authDirective(schema: GraphQLSchema): GraphQLDirective {
  const role = schema.getType('Role') as GraphQLEnumType;
  return new GraphQLDirective({
    name: 'auth',
    description:
      'The user must have one of the roles: without a session the answer is `UNAUTHENTICATED`, with another role `FORBIDDEN`. An operation without this directive is public.',
    locations: [DirectiveLocation.OBJECT, DirectiveLocation.FIELD_DEFINITION],
    args: {
      requires: {
        type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(role))),
        description: 'Roles that are admitted; having one of them is enough.',
      },
    },
  });
}
