import { isLoopback, LAB_HOST, type Destination } from './loopback-only.js';
import {
  allHeaders,
  buildSipMessage,
  firstHeader,
  headerParameter,
  randomToken,
  sequenceNumber,
  type HeaderLine,
  type SipRequest,
} from './sip-message.js';
import { parseSipUri } from './sip-uri.js';

/** A dialog of which the lab is the called side (RFC 3261 section 12.1.1). */
export class Dialog {
  readonly localTag = randomToken();
  readonly callId: string;
  private readonly routes: readonly string[];
  private remoteTarget: string;
  private remoteSequence: number;
  private localSequence = 0;

  constructor(
    private readonly invite: SipRequest,
    /** Where the INVITE came from: requests go there if the Contact is not a loopback address. */
    private readonly source: Destination,
    private readonly sipPort: number,
  ) {
    this.callId = firstHeader(invite, 'call-id');
    this.routes = allHeaders(invite, 'record-route');
    this.remoteTarget = targetOf(invite) ?? invite.uri;
    this.remoteSequence = sequenceNumber(invite);
  }

  /** Key under which requests of this dialog are found. */
  get key(): string {
    return dialogKey(this.callId, this.localTag);
  }

  get contact(): HeaderLine {
    const user = encodeURIComponent(parseSipUri(this.invite.uri)?.user ?? 'lab').replaceAll('%2B', '+');
    return ['Contact', `<sip:${user}@${LAB_HOST}:${this.sipPort}>`];
  }

  /** False for a request from another peer or out of order (section 12.2.2); an ACK is judged by its tags alone. */
  accepts(request: SipRequest): boolean {
    if (headerParameter(firstHeader(request, 'from'), 'tag') !== headerParameter(this.from, 'tag')) return false;
    if (request.method === 'ACK') return true;
    if (sequenceNumber(request) <= this.remoteSequence) return false;
    this.remoteSequence = sequenceNumber(request);
    return true;
  }

  /** A re-INVITE or UPDATE may move the peer's Contact. */
  refreshTarget(request: SipRequest): void {
    this.remoteTarget = targetOf(request) ?? this.remoteTarget;
  }

  /** The next request of the lab in this dialog, ready to send. */
  request(
    method: string,
    headers: readonly HeaderLine[],
    body: string,
  ): { readonly data: Buffer; readonly branch: string; readonly to: Destination } {
    const branch = `z9hG4bK${randomToken()}`;
    const data = buildSipMessage(
      `${method} ${this.remoteTarget} SIP/2.0`,
      [
        ['Via', `SIP/2.0/UDP ${LAB_HOST}:${this.sipPort};branch=${branch};rport`],
        ['Max-Forwards', '70'],
        ...this.routes.map((route): HeaderLine => ['Route', route]),
        ['From', `${firstHeader(this.invite, 'to')};tag=${this.localTag}`],
        ['To', this.from],
        ['Call-ID', this.callId],
        ['CSeq', `${++this.localSequence} ${method}`],
        ...headers,
      ],
      body,
    );
    return { data, branch, to: this.nextHop() };
  }

  private get from(): string {
    return firstHeader(this.invite, 'from');
  }

  /**
   * The first route, else the Contact (section 12.2.1.1). A dialer that listens on all addresses may name another
   * interface of this machine: then its packets' source, which is loopback, stands in for it.
   */
  private nextHop(): Destination {
    const uri = parseSipUri(this.routes[0] ?? this.remoteTarget);
    const address = uri?.host === 'localhost' ? LAB_HOST : uri?.host;
    if (!uri || address === undefined || !isLoopback(address)) return this.source;
    return { address, port: uri.port };
  }
}

export function dialogKey(callId: string, localTag: string): string {
  return `${callId}|${localTag}`;
}

function targetOf(request: SipRequest): string | undefined {
  const contact = firstHeader(request, 'contact');
  return contact === '' || !parseSipUri(contact)
    ? undefined
    : (/<([^<>]*)>/.exec(contact)?.[1] ?? contact.split(';')[0]);
}
