import { isIPv6 } from 'node:net';
import { openPhoneLink, type PhoneLink, type PhoneLinkOptions } from './phone-link.js';

/** A SIP message as this phone sees it; its parser is on purpose not that of the dialer. */
export interface PhoneMessage {
  readonly startLine: string;
  /** Null: a response. */
  readonly method: string | null;
  readonly status: number;
  readonly cseq: number;
  readonly cseqMethod: string;
  readonly body: string;
  readonly raw: string;
  readonly from: { readonly address: string; readonly port: number };
  /** First value of a header, with its long name in any case; empty if absent. */
  header(name: string): string;
  headers(name: string): string[];
  readonly branch: string;
}

export interface ReplyOptions {
  readonly tag?: string | null;
  /** Null: none. */
  readonly contact?: string | null;
  readonly sdp?: boolean | string;
  readonly headers?: readonly string[];
  readonly phrase?: string;
}

type Handler = (message: PhoneMessage) => void;
type Matcher = string | number | ((message: PhoneMessage) => boolean);

const read = (raw: string, from: PhoneMessage['from']): PhoneMessage => {
  const [head = '', body = ''] = raw.split('\r\n\r\n', 2);
  const [startLine = '', ...lines] = head.split('\r\n');
  const headers = (name: string): string[] =>
    lines
      .filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
      .map((line) => line.slice(name.length + 1).trim());
  const header = (name: string): string => headers(name)[0] ?? '';
  const [number = '0', cseqMethod = ''] = header('CSeq').split(' ');
  const isResponse = startLine.startsWith('SIP/2.0');
  return {
    startLine,
    method: isResponse ? null : (startLine.split(' ')[0] ?? ''),
    status: isResponse ? Number(startLine.split(' ')[1]) : 0,
    cseq: Number(number),
    cseqMethod,
    body,
    raw,
    from,
    header,
    headers,
    branch: /branch=([^;\s]+)/.exec(header('Via'))?.[1] ?? '',
  };
};

/** A telephone, or a whole carrier, on a port of its own, that does what a test tells it; over UDP unless it says so. */
export class ScriptedPhone {
  readonly log: PhoneMessage[] = [];
  /** What happens to messages that the script does not wait for; `BYE` and `CANCEL` get 200 unless replaced. */
  readonly on = new Map<string, Handler>();
  private readonly unread: PhoneMessage[] = [];
  private readonly waiters: { matches: (message: PhoneMessage) => boolean; resolve: Handler }[] = [];
  private nextCseq = 100;
  private branches = 0;

  private link!: PhoneLink;

  private constructor(private readonly options: PhoneLinkOptions) {
    this.on.set('BYE', (request) => this.reply(request, 200));
    this.on.set('CANCEL', (request) => this.reply(request, 200));
  }

  static async open(options: Partial<PhoneLinkOptions> = {}): Promise<ScriptedPhone> {
    const phone = new ScriptedPhone({ transport: 'UDP', host: '127.0.0.1', ...options });
    phone.link = await openPhoneLink(phone.options, (data, from) => phone.receive(read(data, from)));
    return phone;
  }

  get port(): number {
    return this.link.port;
  }

  /** Connections that were made to the phone so far; 0 with UDP. */
  get accepted(): number {
    return this.link.accepted;
  }

  get contact(): string {
    const { transport } = this.options;
    return `<sip:phone@${this.authority}${transport === 'UDP' ? '' : `;transport=${transport.toLowerCase()}`}>`;
  }

  /** The next message of the kind that no other `next` took: a method, a status, or what a function says. */
  next(what: Matcher): Promise<PhoneMessage> {
    const matches =
      typeof what === 'function'
        ? what
        : (message: PhoneMessage): boolean => (typeof what === 'number' ? message.status : message.method) === what;
    const at = this.unread.findIndex(matches);
    const [unread] = at < 0 ? [] : this.unread.splice(at, 1);
    if (unread) return Promise.resolve(unread);
    return new Promise((resolve) => this.waiters.push({ matches, resolve }));
  }

  count(method: string): number {
    return this.log.filter((message) => message.method === method).length;
  }

  reply(request: PhoneMessage, status: number, options: ReplyOptions = {}): string {
    const { tag = 'phone', contact = this.contact, sdp = false, headers = [], phrase = 'Reply' } = options;
    const to = request.header('To');
    const body = sdp === true ? this.sdp() : sdp === false ? '' : sdp;
    const text = [
      `SIP/2.0 ${status} ${phrase}`,
      ...request.headers('Via').map((via) => `Via: ${via}`),
      `From: ${request.header('From')}`,
      `To: ${tag === null || status === 100 || to.includes(';tag=') ? to : `${to};tag=${tag}`}`,
      `Call-ID: ${request.header('Call-ID')}`,
      `CSeq: ${request.header('CSeq')}`,
      ...(contact === null || status === 100 || status >= 300 ? [] : [`Contact: ${contact}`]),
      ...headers,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n');
    this.send(text, request.from.port);
    return text;
  }

  /** A request within the dialog that the INVITE began; answer it by `next(status)`. */
  request(
    method: string,
    invite: PhoneMessage,
    options: { headers?: readonly string[]; body?: string; cseq?: number; tag?: string; contact?: string } = {},
  ): string {
    const { headers = [], body = '', cseq = this.nextCseq++, tag = 'phone', contact = this.contact } = options;
    const target = /<([^>]+)>/.exec(invite.header('Contact'))?.[1] ?? '';
    const text = [
      `${method} ${target} SIP/2.0`,
      `Via: SIP/2.0/${this.options.transport} ${this.authority};branch=z9hG4bKphone${this.branches++};rport`,
      `From: ${invite.header('To')};tag=${tag}`,
      `To: ${invite.header('From')}`,
      `Call-ID: ${invite.header('Call-ID')}`,
      `CSeq: ${cseq} ${method}`,
      'Max-Forwards: 70',
      `Contact: ${contact}`,
      ...headers,
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n');
    this.send(text, invite.from.port);
    return text;
  }

  /** A NOTIFY about a REFER; `id` null leaves it out, `fragment` is the status line. */
  notify(
    invite: PhoneMessage,
    fragment: string,
    options: { id?: number | null; terminated?: boolean; eventHeader?: string; tag?: string } = {},
  ): string {
    const { id = null, terminated = true, eventHeader = 'Event', tag } = options;
    return this.request('NOTIFY', invite, {
      headers: [
        `${eventHeader}: refer${id === null ? '' : `;id=${id}`}`,
        `Subscription-State: ${terminated ? 'terminated;reason=noresource' : 'active;expires=60'}`,
        'Content-Type: message/sipfrag;version=2.0',
      ],
      body: `${fragment}\r\n`,
      ...(tag === undefined ? {} : { tag }),
    });
  }

  sdp(rtpPort = this.port, formats = '0 101'): string {
    const address = `${isIPv6(this.options.host) ? 'IN IP6' : 'IN IP4'} ${this.options.host}`;
    return [
      'v=0',
      `o=phone 1 1 ${address}`,
      's=-',
      `c=${address}`,
      't=0 0',
      `m=audio ${rtpPort} RTP/AVP ${formats}`,
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=sendrecv',
      '',
    ].join('\r\n');
  }

  /** Streams: over the connection to that port, or a new one if there is none. */
  send(data: string | Uint8Array, port: number): void {
    this.link.send(data, port);
  }

  /** Resolves when the peer has ended its connection. */
  dropped(port: number): Promise<void> {
    return this.link.dropped(port);
  }

  /** Breaks all connections. */
  drop(): void {
    this.link.drop();
  }

  close(): Promise<void> {
    return this.link.close();
  }

  private get authority(): string {
    const { host } = this.options;
    return `${isIPv6(host) ? `[${host}]` : host}:${this.port}`;
  }

  private receive(message: PhoneMessage): void {
    this.log.push(message);
    const at = this.waiters.findIndex(({ matches }) => matches(message));
    const [waiter] = at < 0 ? [] : this.waiters.splice(at, 1);
    if (waiter) waiter.resolve(message);
    else this.unread.push(message);
    if (message.method !== null) this.on.get(message.method)?.(message);
  }
}
