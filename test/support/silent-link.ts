import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A way to a server that can fall silent: then connections stay open and new ones are taken, and nothing passes, as where a
 * firewall drops what it sees. What was sent meanwhile arrives when it is over.
 */
export class SilentLink {
  private isSilent = false;
  private readonly pairs = new Set<readonly [front: Socket, back: Socket]>();

  private constructor(
    private readonly door: Server,
    private readonly server: URL,
  ) {
    door.on('connection', (front) => this.take(front));
  }

  /** @param url of the server, for example of a database */
  static async open(url: string): Promise<SilentLink> {
    const door = createServer().listen(0, '127.0.0.1');
    await once(door, 'listening');
    return new SilentLink(door, new URL(url));
  }

  /** The same as the server's, over this link. */
  get url(): string {
    const url = new URL(this.server);
    url.port = String((this.door.address() as AddressInfo).port);
    return url.href;
  }

  fallSilent(): void {
    this.isSilent = true;
    for (const [front, back] of this.pairs) {
      front.unpipe(back).pause();
      back.unpipe(front).pause();
    }
  }

  speakAgain(): void {
    this.isSilent = false;
    for (const [front, back] of this.pairs) join(front, back);
  }

  async close(): Promise<void> {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
    this.door.close();
    await once(this.door, 'close');
  }

  private take(front: Socket): void {
    const back = connect({ host: this.server.hostname, port: Number(this.server.port) });
    const pair = [front, back] as const;
    this.pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    if (!this.isSilent) join(front, back);
  }
}

function join(front: Socket, back: Socket): void {
  front.pipe(back);
  back.pipe(front);
}
