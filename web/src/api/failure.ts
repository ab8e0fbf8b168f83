import { CombinedGraphQLErrors } from '@apollo/client/errors';
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
  const first = CombinedGraphQLErrors.is(error) ? error.errors[0] : undefined;
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

/** The object has been edited since it was read: the edit is to be repeated on what is there now. */
export function isStaleEdit({ code, fields }: Failure): boolean {
  return code === 'CONFLICT' && fields.length === 0;
}
