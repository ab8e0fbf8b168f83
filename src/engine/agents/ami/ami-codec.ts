/** A block of `Key: Value` lines: a response or an event. Keys are compared in any case. */
export class AmiMessage {
  constructor(private readonly fields: ReadonlyMap<string, string>) {}

  /** Empty if the field is absent. */
  text(key: string): string {
    return this.fields.get(key.toLowerCase()) ?? '';
  }

  has(key: string): boolean {
    return this.fields.has(key.toLowerCase());
  }

  /** 0 if the field is absent or no number. */
  number(key: string): number {
    const value = Number(this.text(key));
    return Number.isFinite(value) ? value : 0;
  }
}

/** The peer sends what is no AMI. */
export class AmiFormatError extends Error {}

const MAX_LINE_LENGTH = 8_192;
/** Events carry the variables of a channel, each in a line. */
const MAX_LINES = 1_000;

const BANNER = /^Asterisk Call Manager\/(?<version>\d+(?:\.\d+)*)$/;

/** Cuts a stream into messages. What it keeps is bounded, whatever the peer sends. */
export class AmiReader {
  private rest = '';
  private fields = new Map<string, string>();
  private lines = 0;
  /** Version of the interface, from the banner. */
  version: string | undefined;

  /** @throws AmiFormatError and is of no use after it */
  push(bytes: Buffer): readonly AmiMessage[] {
    const messages: AmiMessage[] = [];
    this.rest += bytes.toString('latin1');
    let begin = 0;
    for (let end = this.rest.indexOf('\n', begin); end >= 0; end = this.rest.indexOf('\n', begin)) {
      const line = this.rest.slice(begin, end).replace(/\r$/, '');
      begin = end + 1;
      const message = this.line(line);
      if (message) messages.push(message);
    }
    this.rest = this.rest.slice(begin);
    if (this.rest.length > MAX_LINE_LENGTH) throw new AmiFormatError(`A line is longer than ${MAX_LINE_LENGTH}`);
    return messages;
  }

  private line(line: string): AmiMessage | undefined {
    if (line.length > MAX_LINE_LENGTH) throw new AmiFormatError(`A line is longer than ${MAX_LINE_LENGTH}`);
    if (this.version === undefined) {
      this.version = BANNER.exec(line)?.groups?.version;
      if (this.version === undefined) throw new AmiFormatError('The first line is not that of a manager interface');
      return undefined;
    }
    if (line === '') return this.end();
    if (++this.lines > MAX_LINES) throw new AmiFormatError(`A message has more than ${MAX_LINES} lines`);
    const colon = line.indexOf(':');
    // Output of commands stands in lines without a key; nothing here asks for any.
    if (colon <= 0) return undefined;
    const key = line.slice(0, colon).toLowerCase();
    // Of a repeated field the first one counts: what is repeated are variables of channels.
    if (!this.fields.has(key)) this.fields.set(key, decode(line.slice(colon + 1)).trim());
    return undefined;
  }

  private end(): AmiMessage | undefined {
    const { fields } = this;
    this.fields = new Map();
    this.lines = 0;
    return fields.size > 0 ? new AmiMessage(fields) : undefined;
  }
}

/** Fields with CR or LF would begin another one. */
export function encodeAction(fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([key, value]) => {
    if (/[\r\n]/.test(value)) throw new AmiFormatError(`${key} contains a line break`);
    return `${key}: ${value}\r\n`;
  });
  return `${lines.join('')}\r\n`;
}

/** Lines are cut as bytes, so that no character is cut in two. */
function decode(latin1: string): string {
  return /[\x80-\xff]/.test(latin1) ? Buffer.from(latin1, 'latin1').toString('utf8') : latin1;
}
