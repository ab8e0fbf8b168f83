import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

export interface RtpPortRange {
  /** 1,024 to 65,534; even ports of the range are used (RFC 3550, 11). */
  readonly first: number;
  readonly last: number;
}

/** Hands out bound RTP sockets, from a range that the firewall lets through or wherever the system likes. */
export class RtpPorts {
  private next: number;
  private readonly count: number;
  private readonly firstEven: number;

  constructor(
    private readonly host: string,
    range?: RtpPortRange,
  ) {
    this.firstEven = range ? range.first + (range.first % 2) : 0;
    this.count = range ? Math.floor((range.last - this.firstEven) / 2) + 1 : 0;
    if (range && (this.count < 1 || range.first < 1_024 || range.last > 65_535)) {
      throw new Error('The range of RTP ports is empty or out of bounds');
    }
    // Ports of a call that just ended rest as long as possible: late packets of it would be heard in the next one.
    this.next = 0;
  }

  /** Rejects if every port of the range is taken. */
  async bind(): Promise<Socket> {
    if (this.count === 0) return this.bindTo(0);
    let lastError: unknown;
    for (let tried = 0; tried < this.count; tried++) {
      const port = this.firstEven + 2 * this.next;
      this.next = (this.next + 1) % this.count;
      try {
        return await this.bindTo(port);
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'EADDRINUSE') throw error;
        lastError = error;
      }
    }
    throw new Error('No RTP port is free', { cause: lastError });
  }

  private async bindTo(port: number): Promise<Socket> {
    const socket = createSocket({ type: isIPv6(this.host) ? 'udp6' : 'udp4' });
    try {
      socket.bind({ address: this.host, port, exclusive: true });
      await once(socket, 'listening');
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }
}
