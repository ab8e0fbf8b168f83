import net from 'node:net';
import tls from 'node:tls';
import type { Clock } from '../contracts/clock.js';
import type { SourceProblem } from './remote-source.js';

const CONNECT_TIMEOUT_MS = 5_000;

export interface PeerAddress {
  /** Host name, IPv4 or IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** True: TLS; the certificate must be that of the host, of an authority that Node trusts. */
  readonly tls: boolean;
}

export interface PeerSocketEvents {
  readonly data: (bytes: Buffer) => void;
  /** Once, and nothing after it. Not after `close`. */
  readonly ended: (problem: SourceProblem) => void;
}

/** A TCP or TLS connection that tells of its end once, in words. */
export class PeerSocket {
  private readonly socket: net.Socket;
  private isOver = false;

  constructor(
    { host, port, tls: isTls }: PeerAddress,
    clock: Clock,
    private readonly events: PeerSocketEvents,
  ) {
    const servername = isTls && net.isIP(host) === 0 ? { servername: host } : {};
    this.socket = isTls
      ? tls.connect({ host, port, ...servername, rejectUnauthorized: true })
      : net.connect({ host, port });
    const patience = clock.setTimer(CONNECT_TIMEOUT_MS, () => {
      this.end(`No connection to ${host}:${port} within ${CONNECT_TIMEOUT_MS / 1000} s`);
    });
    this.socket.setNoDelay(true);
    this.socket.once(isTls ? 'secureConnect' : 'connect', () => patience.cancel());
    this.socket.on('data', (bytes: Buffer) => {
      if (!this.isOver) events.data(bytes);
    });
    this.socket.on('error', (error: Error) => this.end(`No connection to ${host}:${port}: ${error.message}`));
    this.socket.on('close', () => {
      patience.cancel();
      this.end(`${host}:${port} has closed the connection`);
    });
  }

  write(text: string): void {
    if (!this.isOver) this.socket.write(text);
  }

  /** Resolves when the operating system has let go of it. */
  close(): Promise<void> {
    this.isOver = true;
    return new Promise((resolve) => {
      if (this.socket.closed) resolve();
      else {
        this.socket.once('close', () => resolve());
        this.socket.destroy();
      }
    });
  }

  private end(message: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.socket.destroy();
    this.events.ended({ fault: 'NETWORK', message });
  }
}
