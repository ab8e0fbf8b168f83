import type { Core, URI } from 'sip.js';
import type { CallFailure } from '../contracts/telephony.js';

/**
 * A time-out or a send error reaches us as a response that sip.js made itself: it alone has no raw text. Its 408 is the
 * trunk's silence, not the callee's.
 */
export const isLocal = (message: Core.IncomingResponseMessage): boolean => typeof message.data !== 'string';

/** Null where it is absent or no number of seconds (RFC 3261, 20.33 allows a comment and parameters after it). */
export const retryAfterSeconds = (message: Core.IncomingResponseMessage): number | null => {
  const seconds = /^\s*(\d{1,9})\b/.exec(message.getHeader('retry-after') ?? '')?.[1];
  return seconds === undefined ? null : Number(seconds);
};

export const reasonHeaders = (message: Core.IncomingMessage): string[] => shortened(message.getHeaders('reason'));

/** Cause of the first `Q.850;cause=n` (RFC 3326), 0 to 127. */
export const q850Cause = (reasons: readonly string[]): number | null => {
  for (const reason of reasons) {
    const cause = /Q\.850\s*(?:;[^,]*?)?;\s*cause\s*=\s*"?(\d{1,3})/i.exec(reason)?.[1];
    if (cause !== undefined) return Number(cause) & 0x7f;
  }
  return null;
};

const shortened = (values: readonly string[]): string[] => values.map((value) => value.slice(0, 1_000));

/** The part of a failure that a final response tells. */
export const finalResponseFacts = (
  message: Core.IncomingResponseMessage,
): Pick<CallFailure, 'sipStatus' | 'reasonPhrase' | 'reasonHeaders' | 'retryAfterSeconds' | 'warning'> => {
  const retryAfter = retryAfterSeconds(message);
  const warnings = shortened(message.getHeaders('warning'));
  return {
    ...(message.statusCode === undefined ? {} : { sipStatus: message.statusCode }),
    ...(message.reasonPhrase === undefined ? {} : { reasonPhrase: message.reasonPhrase.slice(0, 200) }),
    reasonHeaders: reasonHeaders(message),
    ...(retryAfter === null ? {} : { retryAfterSeconds: retryAfter }),
    ...(warnings.length === 0 ? {} : { warning: warnings.join(', ') }),
  };
};

/** `protected` in the types of sip.js, and absent from the interface of a session. */
export const dialogStateOf = (session: Core.Session): Core.DialogState =>
  (session as unknown as { readonly dialogState: Core.DialogState }).dialogState;

/**
 * RFC 3261, 12.2.1.2 and 13.2.2.4. sip.js does it for requests of the peer alone, and keeps the Contact of the 18x where
 * the 200 has another.
 */
export const refreshTarget = (session: Core.Session, message: Core.IncomingMessage): void => {
  const contact = message.parseHeader('contact') as { uri?: URI } | undefined;
  if (contact?.uri) dialogStateOf(session).remoteTarget = contact.uri;
};

/** In upper case; null where the peer does not say what it takes. */
export const allowedMethods = (message: Core.IncomingMessage): ReadonlySet<string> | null => {
  const lines = message.getHeaders('allow');
  return lines.length === 0 ? null : new Set(lines.flatMap((line) => line.toUpperCase().split(/\s*,\s*/)));
};
