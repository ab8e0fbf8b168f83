import { isLoopback, type Destination } from './loopback-only.js';
import type { LabTimer, LabTimers } from './lab-timers.js';
import {
  allHeaders,
  buildSipMessage,
  firstHeader,
  headerParameter,
  randomToken,
  type HeaderLine,
  type SipRequest,
} from './sip-message.js';

/** Timers of RFC 3261 section 17 and table 4, in milliseconds. The pace of the story does not change them. */
export interface SipTimers {
  /** T1, the estimated round trip; 500 by default. T2 is 8 × T1, a transaction lives 64 × T1. */
  readonly t1Ms: number;
}

/** What a transaction needs of the endpoint. */
export interface TransactionWire {
  readonly timers: LabTimers;
  readonly sipTimers: SipTimers;
  send(data: Buffer, to: Destination): void;
}

export interface ResponseParts {
  /** Tag of the To header; a random one if the request had none and none is given. */
  readonly toTag?: string;
  readonly headers?: readonly HeaderLine[];
  readonly body?: string;
}

/**
 * A server transaction over UDP (RFC 3261 section 17.2, for a 2xx also 13.3.1.4 and RFC 6026).
 *
 * `proceeding` until the final response. INVITE: `waiting-for-ack`, in which the final response is repeated, then
 * `acknowledged`, in which late copies of the INVITE are absorbed. Other methods: `answered`, in which a copy of the
 * request gets the same response again. `over` after 64 × T1.
 */
export class ServerTransaction {
  private state: 'proceeding' | 'waiting-for-ack' | 'acknowledged' | 'answered' | 'over' = 'proceeding';
  private lastResponse: Buffer | undefined;
  private finalStatus = 0;
  private repetition: LabTimer | undefined;
  /** CANCEL for this INVITE came before its final response. */
  onCancel: (() => void) | undefined;
  /** No ACK came for the final response within 64 × T1. */
  onAckMissing: (() => void) | undefined;

  constructor(
    readonly request: SipRequest,
    readonly source: Destination,
    private readonly wire: TransactionWire,
    private readonly onOver: () => void,
  ) {}

  get isAnswered(): boolean {
    return this.state !== 'proceeding';
  }

  /** Has no effect after a final response: an INVITE that was cancelled is not answered a second time. */
  respond(status: number, reason: string, parts: ResponseParts = {}): void {
    if (this.state !== 'proceeding') return;
    this.lastResponse = buildResponse(this.request, this.source, status, reason, parts);
    this.sendLast();
    if (status < 200) return;
    this.finalStatus = status;
    const isInvite = this.request.method === 'INVITE';
    this.state = isInvite ? 'waiting-for-ack' : 'answered';
    if (isInvite) this.repeatAfter(this.wire.sipTimers.t1Ms);
    this.wire.timers.after(64 * this.wire.sipTimers.t1Ms, () => this.end());
  }

  /** Forgets the request without an answer. */
  abandon(): void {
    if (this.state === 'proceeding') this.end();
  }

  /** The request came again: its response was lost, or the client is still waiting. */
  repeated(): void {
    if (this.state !== 'acknowledged') this.sendLast();
  }

  /** True if the ACK was for this transaction alone: a final response other than 2xx (section 17.2.1). */
  takeAck(): boolean {
    if (this.state === 'waiting-for-ack') this.state = 'acknowledged';
    this.repetition?.cancel();
    return this.finalStatus >= 300;
  }

  private repeatAfter(delayMs: number): void {
    this.repetition = this.wire.timers.after(delayMs, () => {
      this.sendLast();
      this.repeatAfter(Math.min(2 * delayMs, 8 * this.wire.sipTimers.t1Ms));
    });
  }

  private sendLast(): void {
    if (this.lastResponse) this.wire.send(this.lastResponse, replyTo(this.request, this.source));
  }

  private end(): void {
    const isAckMissing = this.state === 'waiting-for-ack';
    this.state = 'over';
    this.repetition?.cancel();
    this.onOver();
    if (isAckMissing) this.onAckMissing?.();
  }
}

/**
 * Identifies the transaction of a request (section 17.2.3). CANCEL and the ACK to a refusal have the branch of their
 * INVITE. Call-ID and CSeq are part of it for clients whose branches are not unique.
 */
export function transactionKey(request: SipRequest, method = request.method): string {
  const via = firstHeader(request, 'via');
  const sentBy = via.split(';', 1)[0] ?? '';
  const sequence = Number.parseInt(firstHeader(request, 'cseq'), 10);
  return [headerParameter(via, 'branch') ?? '', sentBy, firstHeader(request, 'call-id'), sequence, method].join('|');
}

/** Section 18.2.2 and RFC 3581: to where the request came from; without `rport` to the port that Via names. */
function replyTo(request: SipRequest, source: Destination): Destination {
  const via = firstHeader(request, 'via');
  if (headerParameter(via, 'rport') !== undefined) return source;
  const port = /^SIP\s*\/\s*2\.0\s*\/\s*\w+\s+(?:\[[^\]]*\]|[^:;\s]+)\s*(?::\s*(\d{1,5}))?/i.exec(via)?.[1];
  return { address: source.address, port: port === undefined ? 5060 : Number(port) };
}

function buildResponse(
  request: SipRequest,
  source: Destination,
  status: number,
  reason: string,
  parts: ResponseParts,
): Buffer {
  const [topVia = '', ...otherVias] = allHeaders(request, 'via');
  const to = firstHeader(request, 'to');
  const needsTag = status > 100 && headerParameter(to, 'tag') === undefined;
  const isDialogForming = request.method === 'INVITE' && status > 100 && status < 300;
  const headers: HeaderLine[] = [
    ['Via', stampedVia(topVia, source)],
    ...otherVias.map((via): HeaderLine => ['Via', via]),
    ...(isDialogForming ? allHeaders(request, 'record-route') : []).map((route): HeaderLine => ['Record-Route', route]),
    ['From', firstHeader(request, 'from')],
    ['To', needsTag ? `${to};tag=${parts.toTag ?? randomToken()}` : to],
    ['Call-ID', firstHeader(request, 'call-id')],
    ['CSeq', firstHeader(request, 'cseq')],
    ...(parts.headers ?? []),
  ];
  return buildSipMessage(`SIP/2.0 ${status} ${reason}`, headers, parts.body);
}

/** Adds where the request really came from (section 18.2.1, RFC 3581 section 4). */
function stampedVia(via: string, source: Destination): string {
  if (!isLoopback(source.address)) return via;
  const withPort = via.replace(/;\s*rport(?=\s*(?:;|$))/i, `;rport=${source.port}`);
  return `${withPort};received=${source.address}`;
}
