import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A SIP message as the caller received it. */
export interface Received {
  readonly text: string;
  /** Status of a response, 0 for a request. */
  readonly status: number;
  /** Method of the request, or of the request that was answered. */
  readonly method: string;
  readonly cseq: number;
  readonly callId: string;
  readonly body: string;
  header(name: string): string;
}

export interface InviteOptions {
  /** Defaults to an offer of PCMU and PCMA at the caller's RTP port; an empty string sends no offer. */
  readonly sdp?: string;
  /** Further header lines. */
  readonly headers?: readonly string[];
  /** Address in the Contact; default 127.0.0.1. */
  readonly contactHost?: string;
}

/** How long a test waits for something that ought to come, in milliseconds. */
const PATIENCE_MS = 10_000;

let serial = 0;
const unique = (): string => `${process.pid.toString(36)}x${++serial}`;

/** A user agent client with a script instead of a mind: it sends what the test says and keeps all that comes. */
export class ScriptedCaller {
  readonly received: Received[] = [];
  readonly rtp: { readonly data: Buffer; readonly port: number }[] = [];
  /** False: BYE and NOTIFY from the peer stay unanswered. */
  answersRequests = true;
  /** Requests that were answered with something else than 200, by method. */
  readonly answers = new Map<string, string>();
  private readonly waiting = new Set<() => void>();

  private constructor(
    private readonly socket: Socket,
    private readonly rtpSocket: Socket,
    private readonly peerPort: number,
  ) {
    socket.on('message', (data) => this.receive(data.toString()));
    rtpSocket.on('message', (data, from) => {
      this.rtp.push({ data, port: from.port });
      this.wake();
    });
  }

  static async open(peerPort: number): Promise<ScriptedCaller> {
    const sockets = [createSocket('udp4'), createSocket('udp4')] as const;
    for (const socket of sockets) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
    }
    return new ScriptedCaller(sockets[0], sockets[1], peerPort);
  }

  get port(): number {
    return this.socket.address().port;
  }

  get rtpPort(): number {
    return this.rtpSocket.address().port;
  }

  async close(): Promise<void> {
    for (const socket of [this.socket, this.rtpSocket]) {
      socket.close();
      await once(socket, 'close');
    }
  }

  send(text: string | Buffer): void {
    this.socket.send(text, this.peerPort, '127.0.0.1');
  }

  /** Sends a request outside of a dialog and waits for its final response. */
  async request(method: string, headers: readonly string[] = [], to = 'sip:lab@127.0.0.1'): Promise<Received> {
    const callId = unique();
    this.send(message(`${method} ${to} SIP/2.0`, [...this.head(method, callId, 1), `To: <${to}>`, ...headers]));
    return this.waitFor(`a final response to ${method}`, (m) => m.callId === callId && m.status >= 200);
  }

  invite(user: string, options: InviteOptions = {}): ScriptedCall {
    const call = new ScriptedCall(this, user, options);
    call.sendInvite();
    return call;
  }

  /** Resolves with the first message, past or future, that fits. */
  waitFor(what: string, fits: (message: Received) => boolean): Promise<Received> {
    return this.until(what, () => this.received.find(fits));
  }

  /** Resolves with the first value that is not undefined; looks again after everything that arrives. */
  async until<T>(what: string, look: () => T | undefined): Promise<T> {
    const found = look();
    if (found !== undefined) return found;
    return new Promise<T>((resolve, reject) => {
      const again = (): void => {
        const value = look();
        if (value === undefined) return;
        this.waiting.delete(again);
        clearTimeout(timeout);
        resolve(value);
      };
      const timeout = setTimeout(() => {
        this.waiting.delete(again);
        const seen = this.received.map((m) => m.text.split('\r\n', 1)[0]).join(' | ');
        reject(new Error(`Waited in vain for ${what}. Received: ${seen}`));
      }, PATIENCE_MS);
      this.waiting.add(again);
    });
  }

  head(method: string, callId: string, cseq: number, branch = `z9hG4bK${unique()}`): string[] {
    return [
      `Via: SIP/2.0/UDP 127.0.0.1:${this.port};branch=${branch};rport`,
      `From: "Dialer; one" <sip:dialer@127.0.0.1>;tag=caller-${callId}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      'Max-Forwards: 70',
    ];
  }

  private receive(text: string): void {
    const received = read(text);
    this.received.push(received);
    if (received.status === 0 && this.answersRequests) {
      const echoed = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => `${name}: ${received.header(name)}`);
      this.send(message(`SIP/2.0 ${this.answers.get(received.method) ?? '200 OK'}`, echoed));
    }
    this.wake();
  }

  private wake(): void {
    for (const again of [...this.waiting]) again();
  }
}

/** One INVITE and the dialog that comes of it. */
export class ScriptedCall {
  readonly callId = unique();
  readonly branch = `z9hG4bK${unique()}`;
  private cseq = 1;
  private toTag = '';
  private remoteTarget: string;

  constructor(
    private readonly caller: ScriptedCaller,
    user: string,
    private readonly options: InviteOptions,
  ) {
    this.remoteTarget = `sip:${user}@127.0.0.1`;
    this.to = `<${this.remoteTarget}>`;
  }

  private readonly to: string;

  /** The same datagram each time, so that a second one is a retransmission. */
  sendInvite(): void {
    const sdp = this.options.sdp ?? offer(this.caller.rtpPort);
    this.caller.send(
      message(
        `INVITE ${this.to.slice(1, -1)} SIP/2.0`,
        [
          ...this.caller.head('INVITE', this.callId, 1, this.branch),
          `To: ${this.to}`,
          this.contact,
          ...(this.options.headers ?? []),
          ...(sdp === '' ? [] : ['Content-Type: application/sdp']),
        ],
        sdp,
      ),
    );
  }

  /** The first message of this call with the status, or the first request with the method. */
  async waitFor(statusOrMethod: number | string, fits: (m: Received) => boolean = () => true): Promise<Received> {
    const found = await this.caller.waitFor(
      String(statusOrMethod),
      (m) =>
        m.callId === this.callId &&
        (typeof statusOrMethod === 'number' ? m.status === statusOrMethod : !m.status && m.method === statusOrMethod) &&
        fits(m),
    );
    this.learn(found);
    return found;
  }

  /** Final response to the INVITE. */
  async final(): Promise<Received> {
    const found = await this.caller.waitFor(
      'a final response',
      (m) => m.callId === this.callId && m.method === 'INVITE' && m.status >= 200,
    );
    this.learn(found);
    return found;
  }

  /** Waits for the 200 and acknowledges it. */
  async answered(ackBody = ''): Promise<Received> {
    const ok = await this.waitFor(200, (m) => m.method === 'INVITE');
    this.ackAnswer(ackBody);
    return ok;
  }

  ackAnswer(body = '', cseq = 1): void {
    this.inDialog('ACK', cseq, body === '' ? [] : ['Content-Type: application/sdp'], body);
  }

  /** The ACK to a refusal has the INVITE's branch. */
  ackRefusal(): void {
    const head = this.caller.head('ACK', this.callId, 1, this.branch);
    this.caller.send(message(`ACK ${this.to.slice(1, -1)} SIP/2.0`, [...head, `To: ${this.to};tag=${this.toTag}`]));
  }

  cancel(): void {
    const head = this.caller.head('CANCEL', this.callId, 1, this.branch);
    this.caller.send(message(`CANCEL ${this.to.slice(1, -1)} SIP/2.0`, [...head, `To: ${this.to}`]));
  }

  /** Sends a request in the dialog and waits for its final response. */
  async request(method: string, headers: readonly string[] = [], body = ''): Promise<Received> {
    const cseq = ++this.cseq;
    this.inDialog(method, cseq, headers, body);
    return this.caller.waitFor(
      `a final response to ${method}`,
      (m) => m.callId === this.callId && m.status >= 200 && m.method === method && m.cseq === cseq,
    );
  }

  bye(): Promise<Received> {
    return this.request('BYE');
  }

  refer(target: string): Promise<Received> {
    return this.request('REFER', [`Refer-To: <sip:${target}@127.0.0.1>`, this.contact]);
  }

  async reinvite(sdp: string): Promise<Received> {
    const response = await this.request('INVITE', [this.contact, 'Content-Type: application/sdp'], sdp);
    this.ackAnswer('', this.cseq);
    return response;
  }

  /** NOTIFYs so far, as "CSeq of the REFER, subscription state, sipfrag"; repetitions left out. */
  get reports(): string[] {
    const notifies = this.caller.received.filter((m) => m.callId === this.callId && !m.status && m.method === 'NOTIFY');
    const lines = notifies.map(
      (m) => `${m.cseq} ${m.header('Event')} ${m.header('Subscription-State')} ${m.body.trim()}`,
    );
    return [...new Set(lines)].map((line) => line.replace(/^\d+ /, ''));
  }

  finalReport(): Promise<Received> {
    return this.waitFor('NOTIFY', (m) => m.header('Subscription-State').startsWith('terminated'));
  }

  private get contact(): string {
    return `Contact: <sip:dialer@${this.options.contactHost ?? '127.0.0.1'}:${this.caller.port}>`;
  }

  private inDialog(method: string, cseq: number, headers: readonly string[], body: string): void {
    const head = this.caller.head(method, this.callId, cseq);
    const lines = [...head, `To: ${this.to};tag=${this.toTag}`, ...headers];
    this.caller.send(message(`${method} ${this.remoteTarget} SIP/2.0`, lines, body));
  }

  private learn(response: Received): void {
    // In a request of the peer To and Contact are the other way round.
    if (response.status === 0) return;
    this.toTag = /;tag=([^;]+)/.exec(response.header('To'))?.[1] ?? this.toTag;
    this.remoteTarget = /<([^>]+)>/.exec(response.header('Contact'))?.[1] ?? this.remoteTarget;
  }
}

export function offer(rtpPort: number, types = '0 8 101', host = '127.0.0.1'): string {
  return [
    'v=0',
    `o=- 1 1 IN IP4 ${host}`,
    's=-',
    `c=IN IP4 ${host}`,
    't=0 0',
    `m=audio ${rtpPort} RTP/AVP ${types}`,
    ...(types.includes('101') ? ['a=rtpmap:101 telephone-event/8000'] : []),
    '',
  ].join('\r\n');
}

function message(startLine: string, headers: readonly string[], body = ''): string {
  return [startLine, ...headers, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

function read(text: string): Received {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const [startLine = '', ...lines] = head.split('\r\n');
  const header = (name: string): string =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
      ?.slice(name.length + 1)
      .trim() ?? '';
  const [cseq = '', method = ''] = header('CSeq').split(' ');
  const status = Number(/^SIP\/2\.0 (\d{3})/.exec(startLine)?.[1] ?? 0);
  return { text, status, method, cseq: Number(cseq), callId: header('Call-ID'), body, header };
}
