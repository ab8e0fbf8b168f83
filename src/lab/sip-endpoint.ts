import { ClientTransactions, type ClientResult } from './client-transaction.js';
import type { Dialog } from './dialog.js';
import type { LabLog } from './lab-log.js';
import type { LabTimers } from './lab-timers.js';
import { LoopbackSocket, type Destination } from './loopback-only.js';
import { ServerTransaction, transactionKey, type SipTimers, type TransactionWire } from './server-transaction.js';
import { parseSipMessage, type HeaderLine, type SipRequest } from './sip-message.js';

/** Takes what the transactions let through. */
export interface RequestTaker {
  /** Every request once, but ACK and CANCEL; it must be answered. */
  onRequest(transaction: ServerTransaction): void;
  /** The ACK to a 2xx; may come repeatedly. */
  onAck(request: SipRequest): void;
}

/** The lab's SIP socket with its transactions. No datagram, however wrong, gets an exception out of it. */
export class SipEndpoint implements TransactionWire {
  private readonly servers = new Map<string, ServerTransaction>();
  private readonly clients = new ClientTransactions(this);
  private socket: LoopbackSocket | undefined;
  /** Datagrams that were no SIP message. */
  malformed = 0;

  private constructor(
    readonly timers: LabTimers,
    readonly sipTimers: SipTimers,
    private readonly log: LabLog,
    private readonly taker: RequestTaker,
  ) {}

  static async open(
    port: number,
    parts: { timers: LabTimers; sipTimers: SipTimers; log: LabLog; taker: RequestTaker },
  ): Promise<SipEndpoint> {
    const endpoint = new SipEndpoint(parts.timers, parts.sipTimers, parts.log, parts.taker);
    endpoint.socket = await LoopbackSocket.open(port, (data, from) => endpoint.receive(data, from));
    return endpoint;
  }

  get port(): number {
    return this.socket?.port ?? 0;
  }

  /** Datagrams that were not sent because they would have left loopback. */
  get refused(): number {
    return this.socket?.refused ?? 0;
  }

  send(data: Buffer, to: Destination): void {
    if (this.socket?.send(data, to) === false) this.log.warn({ to }, 'lab: refused to send off loopback');
  }

  /** Sends a request in the dialog; `done` gets the final response's status. */
  request(
    dialog: Dialog,
    method: string,
    headers: readonly HeaderLine[] = [],
    body = '',
    done: (result: ClientResult) => void = () => undefined,
  ): void {
    const { data, branch, to } = dialog.request(method, headers, body);
    this.clients.send(data, branch, method, to, done);
  }

  async close(): Promise<void> {
    await this.socket?.close();
    this.servers.clear();
  }

  private receive(data: Buffer, from: Destination): void {
    // CRLF pairs and single zero bytes keep bindings of routers alive (RFC 5626 section 3.5.1).
    if (data.length <= 4) return;
    try {
      const message = parseSipMessage(data);
      if (!message) this.malformed++;
      else if (message.kind === 'response') this.clients.receive(message);
      else this.receiveRequest(message, from);
    } catch (fault) {
      this.malformed++;
      this.log.warn({ fault: String(fault) }, 'lab: dropped a datagram');
    }
  }

  private receiveRequest(request: SipRequest, from: Destination): void {
    if (request.method === 'ACK') {
      const isTaken = this.servers.get(transactionKey(request, 'INVITE'))?.takeAck() ?? false;
      if (!isTaken) this.taker.onAck(request);
      return;
    }
    const key = transactionKey(request);
    const known = this.servers.get(key);
    if (known) {
      known.repeated();
      return;
    }
    const transaction = new ServerTransaction(request, from, this, () => this.servers.delete(key));
    this.servers.set(key, transaction);
    try {
      if (request.method === 'CANCEL') this.cancel(transaction);
      else this.taker.onRequest(transaction);
    } catch (fault) {
      this.log.warn({ fault: String(fault), method: request.method }, 'lab: a request could not be served');
      transaction.respond(500, 'Server Internal Error');
    }
  }

  /** RFC 3261 section 9.2: 200 to the CANCEL itself; it has no effect on an INVITE that has its final response. */
  private cancel(cancel: ServerTransaction): void {
    const invite = this.servers.get(transactionKey(cancel.request, 'INVITE'));
    if (!invite) {
      cancel.respond(481, 'Call/Transaction Does Not Exist');
      return;
    }
    cancel.respond(200, 'OK');
    if (!invite.isAnswered) invite.onCancel?.();
  }
}
