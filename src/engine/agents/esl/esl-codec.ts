/** A message of the event socket: its headers, and the body that `Content-Length` announces. */
export interface EslMessage {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** The peer sends what is no event socket. */
export class EslFormatError extends Error {}

const MAX_HEADER_BYTES = 16_384;
/** A thousand agents take some 500 bytes each in JSON. */
const MAX_BODY_BYTES = 4_000_000;
const END_OF_HEADERS = Buffer.from('\n\n');

/** Cuts a stream into messages. What it keeps is bounded, whatever the peer sends. */
export class EslReader {
  private rest: Buffer = Buffer.alloc(0);
  private headers: ReadonlyMap<string, string> | undefined;
  private bodyLength = 0;

  /** @throws EslFormatError and is of no use after it */
  push(bytes: Buffer): readonly EslMessage[] {
    const messages: EslMessage[] = [];
    this.rest = this.rest.length > 0 ? Buffer.concat([this.rest, bytes]) : bytes;
    for (let message = this.next(); message; message = this.next()) messages.push(message);
    return messages;
  }

  private next(): EslMessage | undefined {
    if (!this.headers && !this.readHeaders()) return undefined;
    if (!this.headers || this.rest.length < this.bodyLength) return undefined;
    const message = { headers: this.headers, body: this.rest.toString('utf8', 0, this.bodyLength) };
    this.rest = this.rest.subarray(this.bodyLength);
    this.headers = undefined;
    return message;
  }

  private readHeaders(): boolean {
    const end = this.rest.indexOf(END_OF_HEADERS);
    if (end > MAX_HEADER_BYTES || (end < 0 && this.rest.length > MAX_HEADER_BYTES)) {
      throw new EslFormatError(`Headers are longer than ${MAX_HEADER_BYTES} bytes`);
    }
    if (end < 0) return false;
    const headers = new Map<string, string>();
    for (const line of this.rest.toString('utf8', 0, end).split('\n')) {
      const colon = line.indexOf(':');
      if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
    if (!headers.has('content-type')) throw new EslFormatError('A message has no Content-Type');
    const length = headers.get('content-length') ?? '0';
    if (!/^\d{1,9}$/.test(length) || Number(length) > MAX_BODY_BYTES) {
      throw new EslFormatError(`The Content-Length ${length.slice(0, 20)} is not acceptable`);
    }
    this.rest = this.rest.subarray(end + END_OF_HEADERS.length);
    this.headers = headers;
    this.bodyLength = Number(length);
    return true;
  }
}

/** Members of a JSON object as text: FreeSWITCH writes numbers both ways. */
export type EslRow = Readonly<Record<string, string>>;

/** @throws EslFormatError */
export function readJsonObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told of below.
  }
  throw new EslFormatError('A body that should be JSON is not');
}

export function readRow(value: unknown): EslRow {
  if (typeof value !== 'object' || value === null) return {};
  const known = Object.entries(value).filter(([, field]) => typeof field === 'string' || typeof field === 'number');
  return Object.fromEntries(known.map(([name, field]) => [name, String(field)]));
}
