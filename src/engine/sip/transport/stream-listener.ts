import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import type { Log } from '../../contracts/log.js';
import type { StreamTransport } from './stream-transport.js';

/** Connections that peers may hold to us: one for each of many servers, few enough for the limit of open files. */
const MAX_CONNECTIONS = 256;
/** One address must not take them all. */
const MAX_PER_HOST = 32;

/** The port on which peers connect to us, with bounds on who may how often. */
export class StreamListener {
  /** Those of TLS from before their handshake. */
  private readonly admitted = new Set<Socket>();
  private closed = false;

  constructor(
    private readonly server: Server,
    readonly port: number,
    log: Log,
  ) {
    server.maxConnections = MAX_CONNECTIONS;
    server.on('error', (error) => log.warn({ reason: error.message }, 'SIP listener error'));
    server.on('connection', (socket) => this.admit(socket));
  }

  /** Calls `take` with each connection that can be written to. */
  onConnection(event: StreamTransport['serverEvent'], take: (socket: Socket) => void): void {
    this.server.on(event, (socket: Socket) => {
      if (!socket.destroyed) take(socket);
    });
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    this.closed = true;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.admitted) socket.destroy();
    await closed;
  }

  private admit(socket: Socket): void {
    const { remoteAddress } = socket;
    const ofSameHost = [...this.admitted].filter((other) => other.remoteAddress === remoteAddress).length;
    if (this.closed || ofSameHost >= MAX_PER_HOST) {
      socket.destroy();
      return;
    }
    this.admitted.add(socket);
    socket.on('close', () => this.admitted.delete(socket));
  }
}

/** Null: the transport does not listen. Rejects if the address is taken or not ours. */
export const openListener = async (
  transport: StreamTransport,
  { host, port }: { readonly host: string; readonly port: number },
  log: Log,
): Promise<StreamListener | null> => {
  const server = transport.newServer();
  if (!server) return null;
  server.listen({ host, port, exclusive: true });
  await once(server, 'listening');
  const address = server.address();
  return new StreamListener(server, address !== null && typeof address === 'object' ? address.port : port, log);
};
