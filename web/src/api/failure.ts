import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { CampaignStartRefusal } from './generated/graphql';
import type en from '../i18n/en.json';

/** `path` as in the request, for example `input.username`; the message is the server's, in English. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** The codes of the schema's `ErrorCode`, each of which has a text, and `UNREACHABLE`: no answer came. */
export type FailureCode = keyof typeof en.errors;

/** What went wrong, as a value: the server's code with what it says beside it. */
export interface Failure {
  readonly code: FailureCode;
  readonly fields: readonly FieldProblem[];
  /** Of `CAMPAIGN_NOT_STARTABLE`. */
  readonly reasons: readonly CampaignStartRefusal[];
  /** Of `RATE_LIMITED` at the login. */
  readonly retryAfterSeconds: number;
  /** The server's sentence, in English; empty if there was no answer. */
  readonly message: string;
  /** Of `INTERNAL`: finds it in the server's log. */
  readonly id: string;
}

/** Whatever a query, mutation or subscription was refused with. */
export function failureOf(error: unknown): Failure {
  const [first] = refusalsOf(error);
  return {
    code: first ? 'INTERNAL' : 'UNREACHABLE',
    fields: [],
    reasons: [],
    retryAfterSeconds: 1,
    id: '–',
    message: first?.message ?? '',
    ...(first?.extensions as Partial<Failure> | undefined),
  };
}

/** What the server says, also where it says so with a status that the client takes for the end of it, as with uploads. */
export function refusalsOf(error: unknown): readonly GraphQLFormattedError[] {
  if (CombinedGraphQLErrors.is(error)) return error.errors;
  return ServerError.is(error) ? refusalsIn(error.bodyText) : [];
}

/** None in what is not the API's, as the page of a proxy. */
function refusalsIn(bodyText: string): readonly GraphQLFormattedError[] {
  try {
    const body = JSON.parse(bodyText) as { readonly errors?: unknown } | null;
    return Array.isArray(body?.errors) ? (body.errors as GraphQLFormattedError[]) : [];
  } catch {
    return [];
  }
}

/** The object has been edited since it was read: the edit is to be repeated on what is there now. */
export function isStaleEdit({ code, fields }: Failure): boolean {
  return code === 'CONFLICT' && fields.length === 0;
}
