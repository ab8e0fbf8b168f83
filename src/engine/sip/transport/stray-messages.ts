import { hex64 } from '../random.js';
import { type MessageHead, headerValues, tagOf, uriOf } from './message-head.js';
import { stampVia } from './inbound-repair.js';
import { unsupported } from './message-fault.js';
import type { SipAddress } from './sip-socket.js';

const PHRASES: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  405: 'Method Not Allowed',
  416: 'Unsupported URI Scheme',
  420: 'Bad Extension',
  481: 'Call/Transaction Does Not Exist',
  486: 'Busy Here',
  505: 'Version Not Supported',
};

export const ALLOWED = 'INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY, REFER, INFO, PRACK, UPDATE';

/** Stateless answer to a request that belongs to no user agent; null: an ACK is never answered. */
export const strayAnswer = (head: MessageHead): number | null => {
  switch (head.requestMethod) {
    case null:
    case 'ACK':
      return null;
    case 'OPTIONS':
      return 200;
    case 'CANCEL':
    case 'PRACK':
      return 481;
    case 'INVITE':
    case 'BYE':
    case 'NOTIFY':
    case 'INFO':
    case 'UPDATE':
    case 'REFER':
      if (tagOf(head.to) !== null || head.requestMethod === 'BYE') return 481;
      // The PBX may ring a port that has registered; a dialer takes no calls.
      return head.requestMethod === 'INVITE' ? 486 : 405;
    default:
      return 405;
  }
};

/** RFC 3261, 8.2.6. The To tag is derived from the branch, so that a repeated request gets the same answer. */
export const answerText = (head: MessageHead, source: SipAddress, status: number, userAgent: string): string => {
  const vias = headerValues(head, 'via').map((via, at) => `Via: ${at === 0 ? stampVia(via, source) : via}`);
  const to = tagOf(head.to) === null ? `${head.to};tag=${tagFrom(head.branch)}` : head.to;
  return [
    `SIP/2.0 ${status} ${PHRASES[status] ?? 'Unknown'}`,
    ...vias,
    `From: ${head.from}`,
    `To: ${to}`,
    `Call-ID: ${head.callId}`,
    `CSeq: ${headerValues(head, 'cseq')[0] ?? ''}`,
    ...(status === 420 ? [`Unsupported: ${unsupported(head).join(', ')}`] : []),
    ...(status === 200 || status === 405 ? [`Allow: ${ALLOWED}`] : []),
    ...(status === 200 ? ['Accept: application/sdp'] : []),
    `User-Agent: ${userAgent}`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
};

/**
 * What ends an INVITE of a call that nobody remembers (RFC 3261, 9.1 and 17.1.1.3): CANCEL for a provisional answer, or else
 * the called would ring on; ACK for a refusal, or else it would be repeated. Both belong to the INVITE's own transaction. Its
 * request URI is taken for that of its To, as of every INVITE that begins a call.
 */
export const ghostTransactionRequest = (
  head: MessageHead,
  method: 'ACK' | 'CANCEL',
  protocol: string,
  advertised: SipAddress,
): string =>
  requestText(`${method} ${uriOf(head.to)} SIP/2.0`, [
    via(protocol, advertised, head.branch),
    `From: ${head.from}`,
    `To: ${method === 'CANCEL' ? `<${uriOf(head.to)}>` : head.to}`,
    `Call-ID: ${head.callId}`,
    `CSeq: ${head.cseq} ${method}`,
  ]);

/**
 * ACK, or BYE, for a 2xx to an INVITE that nobody waits for any more (RFC 3261, 13.2.2.4): without it the callee would
 * listen to a call that does not exist. The route set is the Record-Route in reverse order (12.1.2).
 */
export const ghostCallRequest = (
  head: MessageHead,
  method: 'ACK' | 'BYE',
  protocol: string,
  advertised: SipAddress,
): string => {
  const routes = head.recordRoutes.flatMap(splitRoutes).reverse();
  const target = head.contact === null ? uriOf(head.to) : uriOf(head.contact);
  return requestText(`${method} ${target} SIP/2.0`, [
    via(protocol, advertised, `z9hG4bK${hex64()}`),
    ...routes.map((route) => `Route: ${route}`),
    `From: ${head.from}`,
    `To: ${head.to}`,
    `Call-ID: ${head.callId}`,
    `CSeq: ${method === 'ACK' ? head.cseq : head.cseq + 1} ${method}`,
  ]);
};

const requestText = (startLine: string, headers: readonly string[]): string =>
  [startLine, ...headers, 'Max-Forwards: 70', 'Content-Length: 0', '', ''].join('\r\n');

const via = (protocol: string, { host, port }: SipAddress, branch: string): string =>
  `Via: SIP/2.0/${protocol} ${host.includes(':') ? `[${host}]` : host}:${port};branch=${branch};rport`;

const splitRoutes = (value: string): string[] => value.match(/<[^>]*>[^,]*/g)?.map((route) => route.trim()) ?? [];

const tagFrom = (branch: string): string => {
  let hash = 2_166_136_261;
  for (let at = 0; at < branch.length; at++) hash = Math.imul(hash ^ branch.charCodeAt(at), 16_777_619);
  return (hash >>> 0).toString(16).padStart(8, '0');
};
