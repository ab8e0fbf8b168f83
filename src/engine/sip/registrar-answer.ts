import type { Core, URI } from 'sip.js';
import type { LineHealth } from '../contracts/telephony.js';
import { maskText } from './masking.js';
import type { Reply } from './single-request.js';

/** What is wrong with a registration, and when it is tried again. */
export type Facts = Omit<LineHealth, 'state' | 'since'>;

export const isAccepted = (reply: Reply): boolean => reply.kind === 'response' && reply.status < 300;

/** The same REGISTER would be refused again. */
export const isRefusalOfUser = (status: number): boolean => [401, 403, 404, 407].includes(status);

export const refusal = (status: number, message: Core.IncomingResponseMessage): Facts => ({
  sipStatus: status,
  message: isRefusalOfUser(status)
    ? `The registrar refuses the user name or password: ${status}`
    : `The registrar refuses: ${status} ${maskText(message.reasonPhrase ?? '')}`.trim(),
});

/** The Contacts of one or several header values; commas within `<>` or quotes do not divide. */
const CONTACT = /(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,<"])+/g;

/**
 * For how long a registrar keeps the binding that it was asked for (RFC 3261, 10.2.4): `expires` of our Contact, else the
 * Expires header; null: it said neither. Contacts of other devices may stand beside ours, and a registrar behind NAT may
 * have rewritten ours: then a sole Contact is ours.
 */
export const grantedSeconds = (message: Core.IncomingResponseMessage, ours: URI): number | null => {
  const contacts = message.getHeaders('contact').flatMap((value) => value.match(CONTACT) ?? []);
  const address = `${ours.user ?? ''}@${ours.host}${ours.port === undefined ? '' : `:${ours.port}`}`.toLowerCase();
  const mine = contacts.find((contact) => contact.toLowerCase().includes(address));
  const contact = mine ?? (contacts.length === 1 ? contacts[0] : undefined);
  const seconds =
    /;\s*expires\s*=\s*"?(\d{1,9})/i.exec(contact?.replace(/<[^>]*>/, '') ?? '')?.[1] ??
    /^\s*(\d{1,9})/.exec(message.getHeader('expires') ?? '')?.[1];
  return seconds === undefined ? null : Number(seconds);
};
