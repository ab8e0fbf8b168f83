import type { AttemptResult } from './lead-state.js';

/** Who or what ended an attempt. */
export const Attribution = {
  CALLEE: 'CALLEE',
  CARRIER: 'CARRIER',
  DIALER: 'DIALER',
  OPERATOR: 'OPERATOR',
  UNKNOWN: 'UNKNOWN',
} as const;
export type Attribution = (typeof Attribution)[keyof typeof Attribution];

/**
 * What the dialer did itself, which is the first evidence: `ring-timeout` and `cancelled` by CANCEL; `no-response` when
 * nothing at all came back (a local 408); `transport` when the request could not be sent; `no-line` when the line was not
 * in service any more; `no-media` when we had no RTP port for it.
 */
export type LocalCause = 'ring-timeout' | 'cancelled' | 'no-response' | 'transport' | 'no-line' | 'no-media';

/** What the far end said, as it said it; kept with the attempt beside what was made of it. */
export interface RawEvidence {
  readonly localCause?: LocalCause;
  /** 100 to 199: the last provisional response; 100 only if no other came. */
  readonly lastProvisional?: number;
  /** 300 to 699: the final SIP response that decided. */
  readonly sipStatus?: number;
  /** The reason phrase of that response. */
  readonly sipPhrase?: string;
  /** Its Warning headers, comma separated. */
  readonly sipWarning?: string;
  /** Its Retry-After, in seconds, 0 or more. */
  readonly retryAfterSeconds?: number;
  /** 1 to 127, from a Reason header (RFC 3326). */
  readonly q850Cause?: number;
  /** The Reason headers, comma separated. */
  readonly sipReason?: string;
}

/** The one value with which an attempt ends (architecture.md, States). */
export interface Termination extends RawEvidence {
  readonly status: AttemptResult;
  readonly attributedTo: Attribution;
  /** Kebab-case, for example `no-answer`; an open list, shown to users as it is. */
  readonly reason: string;
  /** True if it uses up one of the lead's attempts. */
  readonly countsAsAttempt: boolean;
  /**
   * True if the number asked never to be called again (SIP 607, RFC 8197): it is suppressed in every campaign.
   */
  readonly suppressNumber?: boolean;
  /**
   * True if the lead is given back as if it had never been claimed, because the dialer or its operator cancelled the
   * attempt: due at once, whereas any other result waits the retry time.
   */
  readonly givenBack?: boolean;
  readonly at: Date;
}
