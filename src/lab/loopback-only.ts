import { createSocket, type Socket } from 'node:dgram';
import { isIPv4 } from 'node:net';

/** The only address that the lab binds. A socket bound to it cannot reach another host even if the check below failed. */
export const LAB_HOST = '127.0.0.1';

/** Where a datagram goes to or came from; `address` is an IP literal. */
export interface Destination {
  readonly address: string;
  /** 1 to 65,535. */
  readonly port: number;
}

/**
 * True for 127.0.0.0/8 and ::1, written as literals. A host name is never loopback here: what it resolves to may change
 * between the check and the packet.
 */
export function isLoopback(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}

/** A UDP socket on the loopback interface that refuses every other destination. */
export class LoopbackSocket {
  private open = true;
  /** Datagrams that were refused because of their destination. */
  refused = 0;

  private constructor(
    private readonly socket: Socket,
    readonly port: number,
  ) {}

  /** Rejects if the port is taken. `port` 0 takes any. */
  static async open(port: number, onMessage: (data: Buffer, from: Destination) => void): Promise<LoopbackSocket> {
    const socket = createSocket({
      type: 'udp4',
      // Only literals come here; answering at once saves Node's own look-up and a turn of the event loop per datagram.
      lookup: (address, _options, callback) => callback(null, address, 4),
    });
    socket.on('message', (data, from) => {
      if (isLoopback(from.address)) onMessage(data, { address: from.address, port: from.port });
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (fault) => {
        socket.close();
        reject(fault);
      });
      socket.bind(port, LAB_HOST, () => {
        socket.removeAllListeners('error');
        resolve();
      });
    });
    // A peer that has gone shows up as an ICMP error; UDP loses packets anyway, and the transactions above care for it.
    socket.on('error', () => undefined);
    return new LoopbackSocket(socket, socket.address().port);
  }

  /** False if the destination is not on loopback (or not IPv4, which this socket cannot reach): nothing was sent then. Harmless after `close`. */
  send(data: Uint8Array, to: Destination): boolean {
    const mayGo = isLoopback(to.address) && isIPv4(to.address) && to.port >= 1 && to.port <= 65_535;
    if (!mayGo) this.refused++;
    else if (this.open) this.socket.send(data, to.port, to.address);
    return mayGo;
  }

  async close(): Promise<void> {
    if (!this.open) return;
    this.open = false;
    await new Promise<void>((resolve) => this.socket.close(() => resolve()));
  }
}
