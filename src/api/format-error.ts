import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import type { Log } from '../engine/contracts/log.js';
import { AppError, ErrorCode } from '../errors.js';

/** What graphql-js says when a variable's value does not fit: the path of the value is in the message. */
const VARIABLE_PROBLEM = /^Variable "\$(\w+)" got invalid value .* at "([\w.[\]]+)"; (.*)$/s;
const ROOT_VARIABLE_PROBLEM = /^Variable "\$(\w+)" (?:got invalid value .*?; )?(.*)$/s;
const TOKEN_LIMIT = /^Syntax Error: Document contains more that? \d+ tokens/;

/**
 * Gives every error one code of the closed list. What is not foreseen is a fault of the server: the client gets an id
 * to report, and the log has the rest.
 */
export function errorFormatter(log: Log) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const cause = unwrap(error);
    const { message, locations, path } = formatted;
    const place = { ...(locations && { locations }), ...(path && { path }) };
    if (cause instanceof AppError) {
      return { message: cause.message, ...place, extensions: { code: cause.code, ...cause.details } };
    }
    if (TOKEN_LIMIT.test(message) || formatted.extensions?.['code'] === ErrorCode.QUERY_TOO_COMPLEX) {
      return { message, ...place, extensions: { code: ErrorCode.QUERY_TOO_COMPLEX } };
    }
    if (isClientMistake(error, cause, formatted)) {
      return { message, ...place, extensions: { code: ErrorCode.BAD_USER_INPUT, fields: problemFields(message) } };
    }
    const id = randomUUID();
    log.error({ errorId: id, err: cause, path }, 'Request failed');
    return {
      message: `The server failed. Its log has more under the id ${id}.`,
      ...place,
      extensions: { code: ErrorCode.INTERNAL, id },
    };
  };
}

function unwrap(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? unwrap(error.originalError) : error;
}

/** Errors of parsing, validation and coercion are GraphQL errors that nobody else has thrown. */
function isClientMistake(error: unknown, cause: unknown, formatted: GraphQLFormattedError): boolean {
  const code = formatted.extensions?.['code'];
  if (
    code === 'GRAPHQL_PARSE_FAILED' ||
    code === 'GRAPHQL_VALIDATION_FAILED' ||
    code === 'BAD_USER_INPUT' ||
    code === 'BAD_REQUEST' ||
    code === 'OPERATION_RESOLUTION_FAILURE' ||
    code === 'PERSISTED_QUERY_NOT_SUPPORTED'
  ) {
    return true;
  }
  // graphql-upload's refusals carry a status of the 4xx.
  const status = (cause as { status?: unknown } | null)?.status;
  if (typeof status === 'number' && status >= 400 && status < 500) return true;
  if (!(error instanceof GraphQLError) || error.path !== undefined) return false;
  // A scalar says what is wrong with a value by an error of its own, which graphql-js wraps.
  return cause instanceof GraphQLError || error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION;
}

function problemFields(message: string): { path: string; message: string }[] {
  const inside = VARIABLE_PROBLEM.exec(message);
  if (inside) return [{ path: inside[2] ?? '', message: inside[3] ?? message }];
  const whole = ROOT_VARIABLE_PROBLEM.exec(message);
  return whole ? [{ path: whole[1] ?? '', message: whole[2] ?? message }] : [];
}
