import type { SipAddress } from './sip-socket.js';
import { type MessageHead, tagOf, uriOf } from './message-head.js';

/**
 * Rewrites what peers legally or commonly send and sip.js 0.21.2 drops or mishandles. The numbers are those of the
 * list of gaps in the tests:
 *
 * - 26: the top Via of a request gets `received` and `rport` (RFC 3261, 18.2.1; RFC 3581), or no answer can be routed
 * - 9: a 1xx or 2xx to INVITE without Contact is dropped, so the ringing of most border controllers would go unseen;
 *   the same goes for a 18x without To tag (it makes an early dialog that is never used)
 * - 10: one unusual challenge makes sip.js discard the whole response; `digest.ts` reads challenges from the raw text
 * - 21: compact header names, expanded already by `readHead`
 */
export const repair = (head: MessageHead, source: SipAddress): string => {
  let viaSeen = false;
  const lines: string[] = [];
  for (const line of head.lines) {
    const name = line.slice(0, line.indexOf(':')).trim().toLowerCase();
    if (name === 'via' && !viaSeen) {
      viaSeen = true;
      lines.push(head.requestMethod === null ? line : `Via: ${stampVia(head.topVia, source)}`);
    } else if (name === 'to') {
      lines.push(needsToTag(head) ? `To: ${addTag(head.to)}` : line);
    } else if (name !== 'www-authenticate' && name !== 'proxy-authenticate') {
      lines.push(line);
    }
  }
  if (head.contact === null && head.cseqMethod === 'INVITE' && head.status > 100 && head.status < 300) {
    lines.push(`Contact: <${uriOf(head.to)}>`);
  }
  return `${startLineOf(head)}\r\n${lines.join('\r\n')}\r\n\r\n${head.body}`;
};

/** A response need not have a reason phrase, but the space before it (RFC 3261, 7.2), which some leave out with it. */
const startLineOf = ({ startLine, status }: MessageHead): string =>
  status > 0 && !/\d{3} /.test(startLine) ? `${startLine} ` : startLine;

/** Only the first value of a Via line with several is ours to stamp. */
export const stampVia = (via: string, source: SipAddress): string => {
  const comma = firstCommaOutsideQuotes(via);
  const top = comma < 0 ? via : via.slice(0, comma);
  const rest = comma < 0 ? '' : via.slice(comma);
  const host = source.host.includes(':') ? `[${source.host}]` : source.host;
  const bare = top.replace(/;\s*(?:rport|received)(?:\s*=\s*[^;,\s]*)?(?=\s*(?:;|$))/gi, '').trimEnd();
  return `${bare};received=${host};rport=${source.port}${rest}`;
};

const needsToTag = (head: MessageHead): boolean =>
  head.cseqMethod === 'INVITE' && head.status > 100 && head.status < 200 && tagOf(head.to) === null;

const addTag = (to: string): string => (to.includes('<') ? `${to};tag=none` : `<${uriOf(to)}>;tag=none`);

const firstCommaOutsideQuotes = (text: string): number => {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (character === ',' && !quoted) return at;
  }
  return -1;
};
