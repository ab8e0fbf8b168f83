import type { Socket } from 'node:net';
import type { MessageHead } from './message-head.js';
import type { OutgoingHead } from './outgoing-head.js';
import { RoutedSipSocket, type SharedParts } from './routed-sip-socket.js';
import type { SipAddress, SipReceiver } from './sip-socket.js';
import { StreamConnection } from './stream-connection.js';
import { openListener, type StreamListener } from './stream-listener.js';
import type { StreamTransport } from './stream-transport.js';
import { UnansweredRequests } from './unanswered-requests.js';

/** Connections that peers have opened: one that has something to say later connects again. Milliseconds. */
const UNUSED_IDLE_MS = 120_000;

export interface StreamSipSocketOptions {
  /** IP address to bind, for connections in both directions. */
  readonly host: string;
  /** Port to listen on, 0: any free one. */
  readonly port: number;
  /** Host for Via and Contact. */
  readonly advertisedHost: string;
}

interface ConnectionRole {
  readonly upOn: StreamTransport['upOn'] | null;
  /** Kept up by pings, or ended when nothing comes for a while. */
  readonly kept: boolean;
  readonly onUp?: () => void;
  readonly onEnd?: (connection: StreamConnection, fault: string | null) => void;
}

/** Listens where the transport does; rejects if the address is taken or not ours. */
export const openStreamSipSocket = async (
  transport: StreamTransport,
  { host, port, advertisedHost }: StreamSipSocketOptions,
  shared: SharedParts,
): Promise<StreamSipSocket> => {
  const listener = await openListener(transport, { host, port }, shared.log);
  const advertised = { host: advertisedHost, port: listener?.port ?? (port === 0 ? transport.defaultPort : port) };
  return new StreamSipSocket(transport, listener, host, advertised, shared);
};

/**
 * SIP over TCP or TLS. One connection to each server, opened with the first request to it and shared by all user agents;
 * an ended one is replaced with the next request. Nothing is repeated by the clock (RFC 3261, 17.1.1.2).
 */
export class StreamSipSocket extends RoutedSipSocket {
  /** By server. */
  private readonly outgoing = new Map<string, StreamConnection>();
  /** All that are up, whoever opened them, by the peer's address. */
  private readonly byPeer = new Map<string, StreamConnection>();
  private readonly all = new Set<StreamConnection>();
  /** User agents that send to a server. */
  private readonly users = new Map<string, number>();
  /** Of servers that user agents send to, while there is no connection. */
  private readonly faults = new Map<string, string>();
  private readonly unanswered: UnansweredRequests;
  private readonly lostListeners = new Set<(destination: SipAddress) => void>();
  private closed = false;

  constructor(
    private readonly transport: StreamTransport,
    private readonly listener: StreamListener | null,
    private readonly localHost: string,
    advertised: SipAddress,
    shared: SharedParts,
  ) {
    super(transport.protocol, advertised, shared);
    this.unanswered = new UnansweredRequests(shared.clock);
    listener?.onConnection(transport.serverEvent, (socket) => this.open(socket, { upOn: null, kept: false }));
  }

  attach(callIdPrefix: string, receiver: SipReceiver, destination: SipAddress): () => void {
    const detach = this.shared.receivers.attach(callIdPrefix, receiver);
    const key = serverKey(destination);
    this.users.set(key, (this.users.get(key) ?? 0) + 1);
    let isAttached = true;
    return () => {
      if (!isAttached) return;
      isAttached = false;
      detach();
      const left = (this.users.get(key) ?? 1) - 1;
      if (left > 0) {
        this.users.set(key, left);
        return;
      }
      this.users.delete(key);
      this.faults.delete(key);
      const connection = this.outgoing.get(key);
      this.outgoing.delete(key);
      connection?.destroy();
    };
  }

  abandon(branch: string): void {
    this.unanswered.settle(`${branch}INVITE`);
  }

  onConnectionLost(listener: (destination: SipAddress) => void): () => void {
    this.lostListeners.add(listener);
    return () => this.lostListeners.delete(listener);
  }

  faultOf(destination: SipAddress): string | null {
    return this.faults.get(serverKey(destination)) ?? null;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.unanswered.clear();
    const ended = [...this.all].map(({ closed }) => closed);
    for (const connection of this.all) connection.destroy();
    await Promise.all([...ended, this.listener?.close()]);
  }

  protected async sendRequest(
    text: string,
    { method, branch }: OutgoingHead & { readonly method: string },
    destination: SipAddress,
  ): Promise<void> {
    if (this.closed) throw new Error('The SIP socket is closed');
    const connection = this.connectionTo(destination);
    if (method === 'ACK') {
      await this.write(text, connection, false);
      return;
    }
    const key = `${branch}${method}`;
    const sent = this.unanswered.add(key, connection, () => {
      this.shared.counters.retransmissions++;
      this.write(text, this.connectionTo(destination), true).catch(() => undefined);
    });
    try {
      await this.write(text, connection, true);
      sent();
    } catch (error) {
      this.unanswered.settle(key);
      throw error;
    }
  }

  /** Over the connection of the request; if that is gone, over one to where its Via says (RFC 3261, 18.2.2). */
  protected sendResponse(text: string, { source, sentBy }: OutgoingHead): Promise<void> {
    if (this.closed) return Promise.reject(new Error('The SIP socket is closed'));
    if (source === null) return Promise.reject(new Error('The answer has no address to go to'));
    const port = sentBy.port ?? this.transport.defaultPort;
    const connection =
      this.byPeer.get(peerKey(source)) ?? this.connectionTo({ host: source.host, port, serverName: sentBy.host });
    return this.write(text, connection, false);
  }

  protected reply(text: string, source: SipAddress): void {
    const connection = this.byPeer.get(peerKey(source));
    if (connection) this.write(text, connection, false).catch(() => undefined);
  }

  protected onResponse({ branch, cseqMethod, status }: MessageHead): void {
    if (cseqMethod === 'INVITE' || status >= 200) this.unanswered.settle(`${branch}${cseqMethod}`);
  }

  protected onAck(): void {
    // Refusals are not repeated over streams.
  }

  private async write(text: string, connection: StreamConnection, expectsAnswer: boolean): Promise<void> {
    const { counters } = this.shared;
    counters.sent++;
    try {
      await connection.send(text, expectsAnswer);
    } catch (error) {
      counters.sendErrors++;
      throw error;
    }
  }

  private connectionTo(destination: SipAddress): StreamConnection {
    const key = serverKey(destination);
    const existing = this.outgoing.get(key);
    if (existing) return existing;
    const socket = this.transport.connect(destination, this.localHost);
    const connection = this.open(socket, {
      upOn: this.transport.upOn,
      // One that only an answer needed is of no use afterwards.
      kept: this.users.has(key),
      onUp: () => this.faults.delete(key),
      onEnd: (ended, fault) => {
        if (this.outgoing.get(key) !== ended) return;
        this.outgoing.delete(key);
        if (fault !== null && this.users.has(key)) this.faults.set(key, fault);
        if (this.closed || !ended.wasUp) return;
        this.shared.log.info({ peer: destination.host, reason: fault ?? 'closed' }, 'SIP connection ended');
        for (const listener of this.lostListeners) listener(destination);
        this.unanswered.resendOf(ended);
      },
    });
    this.outgoing.set(key, connection);
    return connection;
  }

  private open(socket: Socket, { upOn, kept, onUp, onEnd }: ConnectionRole): StreamConnection {
    const { clock, counters } = this.shared;
    let peer: SipAddress | null = null;
    const connection = new StreamConnection({
      clock,
      socket,
      upOn,
      pings: kept,
      idleTimeoutMs: kept ? null : UNUSED_IDLE_MS,
      onUp: (up) => {
        peer = up.peer;
        this.byPeer.set(peerKey(peer), up);
        onUp?.();
      },
      onMessage: (text) => {
        counters.received++;
        if (peer) this.router.route(text, peer);
      },
      onGarbage: () => counters.malformed++,
      onEnd: (ended, fault) => {
        this.all.delete(ended);
        if (peer && this.byPeer.get(peerKey(peer)) === ended) this.byPeer.delete(peerKey(peer));
        onEnd?.(ended, fault);
      },
    });
    this.all.add(connection);
    return connection;
  }
}

const peerKey = ({ host, port }: { readonly host: string; readonly port: number }): string => `${host} ${port}`;

/** The same address under two names is two servers: the certificate was looked at for one of them. */
const serverKey = ({ host, port, serverName = '' }: SipAddress): string => `${host} ${port} ${serverName}`;
