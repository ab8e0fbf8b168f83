import type { DialogSubscriptionFault } from '../contracts/dialog-subscriptions.js';
import { maskText } from './masking.js';

/** What has become of a subscription, or of the try to make one. */
export interface Refusal {
  readonly fault: DialogSubscriptionFault;
  readonly message: string;
  /**
   * When to try again. `if-proven`: at once if the subscription has lived for a while, for else it could become a storm.
   * `elsewhere`: at once at another server of the trunk, if there is one that is up.
   */
  readonly next: 'at-once' | 'if-proven' | 'elsewhere' | 'later' | 'never';
  /** Milliseconds that `later` is away at least, and whatever else becomes of it. */
  readonly atLeastMs: number;
}

/** What only an edit on either side puts right is not tried as often: PBXs ban those who insist. Milliseconds. */
const SETTINGS_BACK_OFF_MS = 30_000;
/** RFC 6665 leaves no hope for these: only so that an extension which is set up later comes to life. Milliseconds. */
const HOPELESS_BACK_OFF_MS = 5 * 60_000;

export const unreachable = (kind: 'silence' | 'unreachable'): Refusal => ({
  fault: 'UNREACHABLE',
  message: kind === 'silence' ? 'The PBX does not answer SUBSCRIBE' : 'The PBX cannot be reached',
  next: 'elsewhere',
  atLeastMs: 0,
});

/** The TCP or TLS connection: the PBX may have restarted, and have forgotten its subscribers. */
export const connectionLost: Refusal = {
  fault: 'UNREACHABLE',
  message: 'The connection to the PBX was lost',
  next: 'if-proven',
  atLeastMs: 0,
};

export const trunkChanged: Refusal = {
  fault: 'UNREACHABLE',
  message: 'The trunk has changed',
  next: 'at-once',
  atLeastMs: 0,
};

export const notAnAddress: Refusal = {
  fault: 'NO_SUCH_ADDRESS',
  message: 'The address is no SIP URI',
  next: 'never',
  atLeastMs: 0,
};

/** Timer N of RFC 6665, 4.1.2.4. */
export const notNotified: Refusal = {
  fault: 'REFUSED',
  message: 'The PBX has accepted the subscription and sends no NOTIFY',
  next: 'later',
  atLeastMs: 0,
};

export const expired: Refusal = {
  fault: 'UNREACHABLE',
  message: 'The subscription ran out before it was refreshed',
  next: 'if-proven',
  atLeastMs: 0,
};

const FAULTS: Readonly<Record<number, DialogSubscriptionFault>> = {
  401: 'CREDENTIALS',
  407: 'CREDENTIALS',
  403: 'FORBIDDEN',
  603: 'FORBIDDEN',
  404: 'NO_SUCH_ADDRESS',
  410: 'NO_SUCH_ADDRESS',
  604: 'NO_SUCH_ADDRESS',
  405: 'NOT_SUPPORTED',
  406: 'NOT_SUPPORTED',
  489: 'NOT_SUPPORTED',
  501: 'NOT_SUPPORTED',
};

/** Of a final response to SUBSCRIBE, 300 or more (RFC 6665, 4.1.2). */
export const refusedBy = (status: number, phrase: string, retryAfterSeconds: number | null): Refusal => {
  const fault = FAULTS[status] ?? 'REFUSED';
  return {
    fault,
    message: `The PBX refuses the subscription: ${status} ${maskText(phrase)}`.trim(),
    next: nextAfter(status),
    atLeastMs: Math.max((retryAfterSeconds ?? 0) * 1_000, fault === 'REFUSED' ? 0 : SETTINGS_BACK_OFF_MS),
  };
};

const nextAfter = (status: number): Refusal['next'] => {
  // It has forgotten the subscription, after a restart for example.
  if (status === 481) return 'if-proven';
  return status === 408 || (status >= 500 && status < 600 && status !== 501) ? 'elsewhere' : 'later';
};

/** Of `Subscription-State: terminated` (RFC 6665, 4.1.3). */
export const terminatedBy = (reason: string | null, retryAfterSeconds: number | null): Refusal => {
  const message = `The PBX has ended the subscription: ${reason === null ? 'no reason given' : maskText(reason)}`;
  switch (reason ?? '') {
    case 'deactivated':
    case 'timeout':
      return { fault: 'REFUSED', message, next: 'if-proven', atLeastMs: 0 };
    case 'rejected':
      return { fault: 'FORBIDDEN', message, next: 'later', atLeastMs: HOPELESS_BACK_OFF_MS };
    case 'noresource':
      return { fault: 'NO_SUCH_ADDRESS', message, next: 'later', atLeastMs: HOPELESS_BACK_OFF_MS };
    case 'invariant':
      return { fault: 'REFUSED', message, next: 'later', atLeastMs: HOPELESS_BACK_OFF_MS };
    default:
      // `probation`, `giveup`, none, or one that is not known: when the notifier says, or when we like.
      return { fault: 'REFUSED', message, next: 'later', atLeastMs: (retryAfterSeconds ?? 0) * 1_000 };
  }
};
