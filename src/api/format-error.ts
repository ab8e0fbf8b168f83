import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import type { Log } from '../engine/contracts/log.js';
import { AppError, ErrorCode, type FieldProblem } from '../errors.js';

/** What graphql-js says when a variable's value does not fit: the path of the value is in the message. */
const VARIABLE_PROBLEM = /^Variable "\$(\w+)" got invalid value .* at "([\w.[\]]+)"; (.*)$/s;
const ROOT_VARIABLE_PROBLEM = /^Variable "\$(\w+)" (?:got invalid value .*?; )?(.*)$/s;
const SECRET_PATH = /(?:password|secret|token)$/i;
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
    if (tookTooLong(cause)) {
      const advice = 'The database did not finish in time. Ask for less at a time, or try again later.';
      return { message: advice, ...place, extensions: { code: ErrorCode.QUERY_TOO_COMPLEX } };
    }
    if (TOKEN_LIMIT.test(message) || isTooComplex(formatted) || isTooComplex(cause)) {
      return { message, ...place, extensions: { code: ErrorCode.QUERY_TOO_COMPLEX } };
    }
    if (statusOf(cause) === 413) return { message, ...place, extensions: { code: tooLarge(cause) } };
    if (isClientMistake(error, cause, formatted)) {
      const fields = problemFields(message);
      const shown = withoutValues(message, fields);
      return { message: shown, ...place, extensions: { code: ErrorCode.BAD_USER_INPUT, fields } };
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

/** The code that a mutation's refusal has, before GraphQL has wrapped it. */
export function errorCodeOf(error: unknown): ErrorCode {
  const cause = unwrap(error);
  if (cause instanceof AppError) return cause.code;
  if (statusOf(cause) === 413) return tooLarge(cause);
  if (tookTooLong(cause)) return ErrorCode.QUERY_TOO_COMPLEX;
  return hasClientStatus(cause) ? ErrorCode.BAD_USER_INPUT : ErrorCode.INTERNAL;
}

function unwrap(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? unwrap(error.originalError) : error;
}

/** SQLSTATE of a statement that was ended for its time. */
function tookTooLong(cause: unknown): boolean {
  return (cause as { code?: unknown } | null)?.code === '57014';
}

/** Apollo gives what validation rules report a code of its own, and keeps theirs inside. */
function isTooComplex(error: unknown): boolean {
  const extensions = (error as { extensions?: Record<string, unknown> } | null)?.extensions;
  return extensions?.['code'] === ErrorCode.QUERY_TOO_COMPLEX;
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
  if (hasClientStatus(cause)) return true;
  if (!(error instanceof GraphQLError) || error.path !== undefined) return false;
  // A scalar says what is wrong with a value by an error of its own, which graphql-js wraps.
  return cause instanceof GraphQLError || error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION;
}

/** graphql-upload's refusals, and Express's, carry a status of the 4xx. */
function hasClientStatus(cause: unknown): boolean {
  const status = statusOf(cause);
  return status !== undefined && status >= 400 && status < 500;
}

function statusOf(cause: unknown): number | undefined {
  const status = (cause as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : undefined;
}

/** A request that is no upload is too large as soon as its body is (`limits.maxBodyBytes`). */
function tooLarge(cause: unknown): ErrorCode {
  const isBody = (cause as { type?: unknown }).type === 'entity.too.large';
  return isBody ? ErrorCode.QUERY_TOO_COMPLEX : ErrorCode.UPLOAD_REJECTED;
}

/** graphql-js quotes the whole variable, in which there may be a password. */
function withoutValues(message: string, fields: readonly FieldProblem[]): string {
  return fields.length === 0
    ? message
    : `Not acceptable: ${fields.map((field) => `${field.path}: ${field.message}`).join('; ')}`;
}

function problemFields(message: string): FieldProblem[] {
  const inside = VARIABLE_PROBLEM.exec(message);
  if (inside) {
    const [, , path = '', problem = ''] = inside;
    // A scalar quotes the value that it does not take.
    return [{ path, message: SECRET_PATH.test(path) ? 'is not of the type that the schema demands' : problem }];
  }
  const whole = ROOT_VARIABLE_PROBLEM.exec(message);
  return whole ? [{ path: whole[1] ?? '', message: whole[2] ?? message }] : [];
}
