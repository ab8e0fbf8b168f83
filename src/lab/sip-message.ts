import { randomBytes } from 'node:crypto';

/** Header fields of a message, by lower-case long name, in order. List headers are split at their commas. */
export type SipHeaders = ReadonlyMap<string, readonly string[]>;

export interface SipRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
  readonly headers: SipHeaders;
  readonly body: string;
}

export interface SipResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly headers: SipHeaders;
  readonly body: string;
}

export type SipMessage = SipRequest | SipResponse;

/** Name as it goes on the wire, and value. */
export type HeaderLine = readonly [name: string, value: string];

/** RFC 3261 section 7.3.3, RFC 3515, RFC 3892, RFC 6665. */
const COMPACT_FORMS: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  c: 'content-type',
  l: 'content-length',
  k: 'supported',
  r: 'refer-to',
  b: 'referred-by',
  o: 'event',
};

const LIST_HEADERS = new Set(['via', 'route', 'record-route', 'contact', 'require', 'supported', 'allow']);

/** Undefined for what is not a SIP message with the headers that section 8.1.1 of RFC 3261 demands; never throws. */
export function parseSipMessage(data: Buffer): SipMessage | undefined {
  const end = data.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [startLine, ...lines] = data
    .toString('utf8', 0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = parseHeaders(lines);
  if (startLine === undefined || !headers) return undefined;
  if (!['via', 'from', 'to', 'call-id', 'cseq'].every((name) => headers.get(name)?.[0])) return undefined;

  // The length counts bytes, so the body is cut before it is decoded. A body shorter than announced is a torn packet.
  const rest = data.length - end - 4;
  const announced = headers.get('content-length')?.[0];
  const length = announced === undefined ? rest : Number(announced);
  if (!Number.isInteger(length) || length < 0 || length > rest) return undefined;
  const body = data.toString('utf8', end + 4, end + 4 + length);

  const cseqMethod = /^\d{1,10} +(\S+)$/.exec(firstHeader({ headers }, 'cseq'))?.[1];
  const request = /^([A-Za-z.!%*_+`'~-]+) (\S+) SIP\/2\.0$/.exec(startLine);
  if (request?.[1] && request[2]) {
    if (cseqMethod !== request[1]) return undefined;
    return { kind: 'request', method: request[1], uri: request[2], headers, body };
  }
  const response = /^SIP\/2\.0 ([1-6]\d\d)(?: .*)?$/.exec(startLine);
  if (!response || cseqMethod === undefined) return undefined;
  return { kind: 'response', status: Number(response[1]), headers, body };
}

function parseHeaders(lines: readonly string[]): Map<string, string[]> | undefined {
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) return undefined;
    const written = line.slice(0, colon).trim().toLowerCase();
    const name = COMPACT_FORMS[written] ?? written;
    const value = line.slice(colon + 1).trim();
    const values = headers.get(name) ?? [];
    values.push(...(LIST_HEADERS.has(name) ? splitList(value) : [value]));
    headers.set(name, values);
  }
  return headers;
}

/** Splits at commas outside quotes and angle brackets; in one pass, so that no header can make it slow. */
function splitList(value: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  let isInBrackets = false;
  for (let i = 0; i < value.length; i++) {
    const character = value[i];
    if (isQuoted && character === '\\') i++;
    else if (character === '"' && !isInBrackets) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === '<') isInBrackets = true;
    else if (character === '>') isInBrackets = false;
    else if (character === ',' && !isInBrackets) {
      parts.push(value.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, value.slice(start)].map((part) => part.trim()).filter((part) => part !== '');
}

/** The first value of a header; an empty string if there is none. */
export function firstHeader(message: { readonly headers: SipHeaders }, name: string): string {
  return message.headers.get(name)?.[0] ?? '';
}

export function allHeaders(message: { readonly headers: SipHeaders }, name: string): readonly string[] {
  return message.headers.get(name) ?? [];
}

/** A parameter of a header value (`tag`, `branch`); empty for a flag, undefined if it is not there. */
export function headerParameter(value: string, name: string): string | undefined {
  const unquoted = value.replace(/^\s*"(?:[^"\\]|\\.)*"/, '');
  const parameters = unquoted.slice(unquoted.lastIndexOf('>') + 1).split(';');
  for (const parameter of parameters.slice(1)) {
    const [key = '', content = ''] = parameter.split('=', 2);
    if (key.trim().toLowerCase() === name) return content.trim();
  }
  return undefined;
}

export function sequenceNumber(message: SipMessage): number {
  return Number.parseInt(firstHeader(message, 'cseq'), 10);
}

/** Start line, headers and body as they go on the wire. */
export function buildSipMessage(startLine: string, headers: readonly HeaderLine[], body = ''): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(
    [startLine, ...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'),
    'utf8',
  );
}

/** A value for tags and branches: 64 random bits. */
export function randomToken(): string {
  return randomBytes(8).toString('hex');
}
