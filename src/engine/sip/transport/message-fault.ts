import { type ContentLength, headerValues, type MessageHead } from './message-head.js';

/** Of the extensions of SIP, those that a peer may require (RFC 3261, 19.2). */
export const SUPPORTED_OPTION_TAGS: readonly string[] = ['100rel', 'timer'];

const SCHEME = /^([a-z][a-z0-9+.-]*):/i;

/**
 * The status that a request is refused with before anybody looks at what it asks for (RFC 3261, 8.2 and 18.3; the cases are
 * those of RFC 4475). A response with such a fault is dropped. Null: none.
 */
export const faultOf = (head: MessageHead): number | null => {
  if (head.version !== '2.0') return 505;
  if (head.contentLength === 'unreadable' || isTruncated(head.contentLength, head.body) || head.isAmbiguous) return 400;
  if (head.requestMethod === null) return null;
  if (head.requestMethod !== head.cseqMethod) return 400;
  const scheme = SCHEME.exec(head.requestUri)?.[1]?.toLowerCase();
  if (scheme === undefined) return 400;
  if (scheme !== 'sip' && scheme !== 'sips' && scheme !== 'tel') return 416;
  return unsupported(head).length > 0 ? 420 : null;
};

/** What the peer requires and we do not have; CANCEL and ACK are not refused for it (8.2.2.3). */
export const unsupported = (head: MessageHead): string[] =>
  head.requestMethod === 'ACK' || head.requestMethod === 'CANCEL'
    ? []
    : headerValues(head, 'require')
        .flatMap((value) => value.split(','))
        .map((tag) => tag.trim())
        .filter((tag) => tag !== '' && !SUPPORTED_OPTION_TAGS.includes(tag.toLowerCase()));

/** The body ends before its Content-Length: the message was cut. */
const isTruncated = (length: ContentLength, body: string): boolean =>
  typeof length === 'number' && Buffer.byteLength(body) < length;
