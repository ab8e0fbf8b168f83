/**
 * The closed list of error codes, in `extensions.code` of every GraphQL error (api.md, Conventions).
 */
export const ErrorCode = {
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  CONFLICT: 'CONFLICT',
  CAMPAIGN_NOT_STOPPED: 'CAMPAIGN_NOT_STOPPED',
  CAMPAIGN_NOT_STARTABLE: 'CAMPAIGN_NOT_STARTABLE',
  GROUP_DISABLED: 'GROUP_DISABLED',
  UPLOAD_REJECTED: 'UPLOAD_REJECTED',
  RATE_LIMITED: 'RATE_LIMITED',
  QUERY_TOO_COMPLEX: 'QUERY_TOO_COMPLEX',
  INTERNAL: 'INTERNAL',
} as const;
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** An input field that is not acceptable: `path` as in the request, for example `input.maxAttempts`. */
export interface FieldProblem {
  readonly path: string;
  /** Names the value and what is allowed. */
  readonly message: string;
}

/** Misuse, as opposed to a fault: the message goes to the client as it is, and must hold no secret. */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    /** Further `extensions` of the GraphQL error. */
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'AppError';
  }
}

export function badUserInput(fields: readonly FieldProblem[]): AppError {
  const summary = fields.map((field) => `${field.path}: ${field.message}`).join('; ');
  return new AppError(ErrorCode.BAD_USER_INPUT, `Not acceptable: ${summary}`, { fields });
}

/** The present state of things stands against it: a name is taken, an object is in use. */
export function conflict(path: string, message: string): AppError {
  return new AppError(ErrorCode.CONFLICT, `${path}: ${message}.`, { fields: [{ path, message }] });
}

export function notFound(noun: string, id: string): AppError {
  return new AppError(ErrorCode.NOT_FOUND, `There is no ${noun} with the id ${JSON.stringify(id)}.`);
}
