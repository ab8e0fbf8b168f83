import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, isIPv6, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

export interface PhoneLinkOptions {
  readonly transport: 'UDP' | 'TCP' | 'TLS';
  readonly host: string;
  /** Of the phone, for TLS. */
  readonly tls?: TlsOptions;
}

export interface PhoneLink {
  readonly port: number;
  /** Connections that were made to the phone so far; 0 with UDP. */
  readonly accepted: number;
  /** Over the connection to the peer's port, or a new one if there is none. */
  send(data: string | Uint8Array, port: number): void;
  /** Resolves when the peer has ended its connection, or there is none. */
  dropped(port: number): Promise<void>;
  /** Breaks all connections. */
  drop(): void;
  close(): Promise<void>;
}

type Receive = (data: string, from: { readonly address: string; readonly port: number }) => void;

export const openPhoneLink = (options: PhoneLinkOptions, receive: Receive): Promise<PhoneLink> =>
  options.transport === 'UDP' ? openDatagrams(options.host, receive) : openStreams(options, receive);

const openDatagrams = async (host: string, receive: Receive): Promise<PhoneLink> => {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  socket.on('message', (data, { address, port }) => receive(data.toString(), { address, port }));
  socket.bind(0, host);
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    accepted: 0,
    send: (data, port) => socket.send(data, port, host),
    dropped: () => Promise.resolve(),
    drop: () => undefined,
    close: async () => {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
};

const openStreams = async ({ transport, host, tls }: PhoneLinkOptions, receive: Receive): Promise<PhoneLink> => {
  const sockets = new Map<number, Socket>();
  let accepted = 0;
  const take = (socket: Socket, port: number): void => {
    sockets.set(port, socket);
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text = cut(text + chunk, (message) => receive(message, { address: socket.remoteAddress ?? '', port }));
    });
    // Broken connections are what the tests are about.
    socket.on('error', () => undefined).on('close', () => sockets.delete(port));
  };
  const accept = (socket: Socket): void => {
    accepted++;
    take(socket, socket.remotePort ?? 0);
  };
  const server = tls ? createTlsServer(tls, accept) : createServer(accept);
  server.on('tlsClientError', () => undefined);
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`No port for ${transport}`);
  return {
    port: address.port,
    get accepted() {
      return accepted;
    },
    send: (data, port) => {
      const existing = sockets.get(port);
      const socket = existing ?? connect({ host, port });
      if (!existing) take(socket, port);
      socket.write(data);
    },
    dropped: async (port) => {
      const socket = sockets.get(port);
      if (socket) await once(socket, 'close');
    },
    drop: () => {
      for (const socket of sockets.values()) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets.values()) socket.destroy();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
};

/** Hands on each whole message as UTF-8, a keep-alive too, and returns what is left. */
const cut = (text: string, onMessage: (message: string) => void): string => {
  for (;;) {
    const keepAlive = /^(?:\r\n)+/.exec(text)?.[0];
    if (keepAlive !== undefined) {
      onMessage(keepAlive);
      text = text.slice(keepAlive.length);
    }
    const headEnd = text.indexOf('\r\n\r\n');
    if (headEnd < 0) return text;
    const length = headEnd + 4 + Number(/\r\nContent-Length: *(\d+)/i.exec(text.slice(0, headEnd))?.[1] ?? 0);
    if (text.length < length) return text;
    onMessage(Buffer.from(text.slice(0, length), 'latin1').toString());
    text = text.slice(length);
  }
};
