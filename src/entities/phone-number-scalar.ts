import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLPhoneNumber } from 'graphql-scalars';

/**
 * The pattern of graphql-scalars' `PhoneNumber` without its nested repetition, over which a text of 40 digits and a
 * letter keeps the process busy for hours; variables are read before anybody has asked for a session.
 */
const PATTERN = /^\+?\d{1,3}[- ]?\(?\d+\)?(?:[- ]?\d)+$/;
const MAX_LENGTH = 64;

function check(value: unknown): string {
  if (typeof value === 'string' && value.length <= MAX_LENGTH && PATTERN.test(value)) return value;
  const shown = typeof value === 'string' ? JSON.stringify(value) : 'A value that is no text';
  throw new GraphQLError(`${shown.slice(0, 100)} is not a telephone number, for example "+17895551234".`);
}

/** `PhoneNumber` of graphql-scalars in name, description and what it takes. */
export const PhoneNumberScalar = new GraphQLScalarType<string, string>({
  name: GraphQLPhoneNumber.name,
  description: GraphQLPhoneNumber.description ?? '',
  serialize: check,
  parseValue: check,
  parseLiteral: (node) => check(node.kind === Kind.STRING ? node.value : null),
});
