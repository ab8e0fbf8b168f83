import { connect, createServer, isIP, type Server, type Socket, type TcpSocketConnectOpts } from 'node:net';
import {
  type ConnectionOptions,
  connect as connectTls,
  createSecureContext,
  createServer as createTlsServer,
  getCACertificates,
  type SecureContext,
  type Server as TlsServer,
} from 'node:tls';
import type { SipAddress } from './sip-socket.js';

/** Every server that is still maintained speaks 1.2 (RFC 8996 forbids what is older). */
const MIN_TLS_VERSION = 'TLSv1.2';
/** A peer that opens a connection and says nothing. Milliseconds. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

export interface SipTlsOptions {
  /** Network port to listen on where there is a certificate, 0: any free one; default 5061. Advertised either way. */
  readonly port?: number;
  /** Without it nothing listens, and peers must send over the connection that we have opened. */
  readonly certificate?: SipCertificate;
  /** PEM text of authorities that are trusted besides the well-known ones. */
  readonly authorities?: string;
}

/** PEM texts. */
export interface SipCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Where TCP and TLS differ. */
export interface StreamTransport {
  readonly protocol: 'TCP' | 'TLS';
  readonly defaultPort: number;
  /** The event of a socket of `connect` after which it can be written to. */
  readonly upOn: 'connect' | 'secureConnect';
  connect(destination: SipAddress, localAddress: string): Socket;
  /** Null: nothing listens. */
  newServer(): Server | null;
  /** The event of the server that brings a socket which can be written to. */
  readonly serverEvent: 'connection' | 'secureConnection';
}

export interface TlsTransport extends StreamTransport {
  /** Of connections from now on. Throws if the two do not belong together; then nothing has changed. */
  useCertificate(renewed: SipCertificate): void;
}

export const tcpTransport: StreamTransport = {
  protocol: 'TCP',
  defaultPort: 5060,
  upOn: 'connect',
  connect: ({ host, port }, localAddress) => connect({ host, port, localAddress }),
  newServer: () => createServer(),
  serverEvent: 'connection',
};

/**
 * Servers must show a certificate for their name; ours is shown to those that ask. Peers that connect to us need none: what
 * they may say is bounded by the Call-IDs that they know.
 *
 * Throws if the certificate, its key or the authorities cannot be read.
 */
export const tlsTransport = ({ certificate, authorities }: SipTlsOptions): TlsTransport => {
  const contextWith = (shown: SipCertificate | undefined): SecureContext =>
    createSecureContext({
      minVersion: MIN_TLS_VERSION,
      ...shown,
      ...(authorities === undefined ? {} : { ca: [...getCACertificates('default'), authorities] }),
    });
  // Once, for the well-known authorities take milliseconds to read.
  let secureContext = contextWith(certificate);
  const servers = new Set<TlsServer>();
  const newServer = (shown: SipCertificate): TlsServer => {
    const server = createTlsServer({
      ...shown,
      minVersion: MIN_TLS_VERSION,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    });
    servers.add(server);
    return server;
  };
  return {
    protocol: 'TLS',
    defaultPort: 5061,
    upOn: 'secureConnect',
    connect: ({ host, port, serverName = '' }, localAddress) => {
      const options: ConnectionOptions & TcpSocketConnectOpts = {
        host,
        port,
        localAddress,
        // RFC 6066, 3: no IP address; the certificate is compared with `host` then.
        servername: isIP(serverName) === 0 ? serverName : '',
        secureContext,
        // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
        rejectUnauthorized: true,
      };
      return connectTls(options);
    },
    newServer: () => (certificate === undefined ? null : newServer(certificate)),
    serverEvent: 'secureConnection',
    useCertificate: (renewed) => {
      secureContext = contextWith(renewed);
      for (const server of servers) server.setSecureContext({ ...renewed, minVersion: MIN_TLS_VERSION });
    },
  };
};
