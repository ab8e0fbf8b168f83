/**
 * The few facts that the transport needs of a message, read in one pass over its header lines, so that sip.js's parser
 * only sees what is complete and ours.
 */
export interface MessageHead {
  /** Null: a response. */
  readonly requestMethod: string | null;
  readonly requestUri: string;
  /** Of the protocol, `2.0` for every response. */
  readonly version: string;
  /** 100 to 699; 0 for a request. */
  readonly status: number;
  readonly topVia: string;
  readonly branch: string;
  readonly callId: string;
  readonly cseq: number;
  readonly cseqMethod: string;
  readonly from: string;
  readonly to: string;
  readonly contact: string | null;
  /** One of From, To, Call-ID and CSeq is there twice, and nobody knows which is meant. */
  readonly isAmbiguous: boolean;
  /** In the order of the message. */
  readonly recordRoutes: readonly string[];
  /** Unfolded header lines with long names, without the start line. */
  readonly lines: readonly string[];
  readonly startLine: string;
  readonly contentLength: ContentLength;
  /** With the empty line before it gone, and what a datagram has beyond its Content-Length (RFC 3261, 18.3). */
  readonly body: string;
}

/** RFC 3261, 7.3.3, and the extensions that use one letter. */
const LONG_NAMES: Readonly<Record<string, string>> = {
  v: 'Via',
  f: 'From',
  t: 'To',
  i: 'Call-ID',
  m: 'Contact',
  l: 'Content-Length',
  c: 'Content-Type',
  e: 'Content-Encoding',
  s: 'Subject',
  k: 'Supported',
  o: 'Event',
  r: 'Refer-To',
  b: 'Referred-By',
  u: 'Allow-Events',
  x: 'Session-Expires',
};

/** A method is a token of 25.1, most of which are no letters. */
const START_LINE = /^(?:SIP\/2\.0 +([1-6]\d\d)(?: .*)?|([\w.!%*+`'~-]{1,64}) +(\S{1,2048}) +SIP\/(\d{1,3}\.\d{1,3}))$/i;
const CSEQ = /^(\d{1,10})\s+([\w.!%*+`'~-]{1,64})$/;
const BRANCH = /;\s*branch\s*=\s*"?([^;,\s"]+)/i;
const TAG = /;\s*tag\s*=\s*([^;,\s"?]+)/i;

/** Parameters of From and To follow the `>`; inside it `;tag=` would belong to the URI. */
export const tagOf = (nameAddr: string): string | null =>
  TAG.exec(nameAddr.slice(nameAddr.lastIndexOf('>') + 1))?.[1] ?? null;

/** The URI of a name-addr or addr-spec, without parameters of the header. */
export const uriOf = (nameAddr: string): string => {
  const opening = nameAddr.indexOf('<', nameAddr.startsWith('"') ? nameAddr.lastIndexOf('"') : 0);
  if (opening < 0) return (nameAddr.split(';', 1)[0] ?? '').trim();
  const closing = nameAddr.indexOf('>', opening);
  return nameAddr.slice(opening + 1, closing < 0 ? undefined : closing);
};

/** Values of all headers with this name, in order; `name` in lower case. */
export const headerValues = (head: Pick<MessageHead, 'lines'>, name: string): string[] =>
  head.lines
    .filter((line) => line.length > name.length && line.slice(0, line.indexOf(':')).toLowerCase() === name)
    .map((line) => line.slice(line.indexOf(':') + 1).trim());

/** In bytes. `unreadable`: no number, or several that differ. */
export type ContentLength = number | 'absent' | 'unreadable';

const CONTENT_LENGTH = /\r\n(?:content-length|l)[ \t]*:((?:[^\r\n]|\r\n[ \t])*)/gi;

/** @param head the start line and the headers */
export const contentLengthOf = (head: string): ContentLength => {
  let length: ContentLength = 'absent';
  for (const [, value = ''] of head.matchAll(CONTENT_LENGTH)) {
    const text = value.trim();
    if (!/^\d{1,9}$/.test(text) || (length !== 'absent' && length !== Number(text))) return 'unreadable';
    length = Number(text);
  }
  return length;
};

/** Null: not a SIP message, or one without the headers of RFC 3261, 8.1.1. Never throws. */
export const readHead = (raw: string): MessageHead | null => {
  const endOfHead = raw.indexOf('\r\n\r\n');
  if (endOfHead < 0) return null;
  const all = raw.slice(0, endOfHead).split('\r\n');
  const startLine = (all[0] ?? '').trim();
  const start = START_LINE.exec(startLine);
  if (!start) return null;

  const lines: string[] = [];
  let topVia = '';
  let callId = '';
  let cseq = '';
  let from = '';
  let to = '';
  let contact: string | null = null;
  const recordRoutes: string[] = [];
  let singles = 0;
  for (let at = 1; at < all.length; at++) {
    let line = all[at] ?? '';
    while (/^[ \t]/.test(all[at + 1] ?? '')) line += ` ${(all[++at] ?? '').trim()}`;
    const colon = line.indexOf(':');
    if (colon <= 0) return null;
    let name = line.slice(0, colon).trimEnd();
    const value = line.slice(colon + 1).trim();
    const long = name.length === 1 ? LONG_NAMES[name.toLowerCase()] : undefined;
    if (long) {
      name = long;
      line = `${long}: ${value}`;
    }
    lines.push(line);
    switch (name.toLowerCase()) {
      case 'via':
        topVia ||= value;
        break;
      case 'call-id':
        singles++;
        callId ||= value;
        break;
      case 'cseq':
        singles++;
        cseq ||= value;
        break;
      case 'from':
        singles++;
        from ||= value;
        break;
      case 'to':
        singles++;
        to ||= value;
        break;
      case 'contact':
        contact ??= value;
        break;
      case 'record-route':
        recordRoutes.push(value);
        break;
    }
  }
  const sequence = CSEQ.exec(cseq);
  if (!sequence || !topVia || !callId || !from || !to) return null;
  const number = Number(sequence[1]);
  const contentLength = contentLengthOf(raw.slice(0, endOfHead));
  if (number >= 2 ** 32) return null;
  return {
    requestMethod: start[2]?.toUpperCase() ?? null,
    requestUri: start[3] ?? '',
    version: start[4] ?? '2.0',
    status: start[1] ? Number(start[1]) : 0,
    topVia,
    branch: BRANCH.exec(topVia)?.[1] ?? '',
    callId,
    cseq: number,
    cseqMethod: (sequence[2] ?? '').toUpperCase(),
    from,
    to,
    contact,
    isAmbiguous: singles > 4,
    recordRoutes,
    lines,
    startLine,
    contentLength,
    body: cut(raw.slice(endOfHead + 4), contentLength),
  };
};

const cut = (body: string, length: ContentLength): string =>
  typeof length === 'number' && body.length > 0 && Buffer.byteLength(body) > length
    ? Buffer.from(body).toString('utf8', 0, length)
    : body;
