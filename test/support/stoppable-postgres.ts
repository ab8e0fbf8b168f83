import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';

/** A PostgreSQL of the test's own, which can be shut down and started again and keeps its address, with its data. */
export class StoppablePostgres {
  /** Connections that were asked for while it was away. */
  refused = 0;
  private server: EmbeddedPostgres | undefined;
  private readonly open = new Set<Socket>();

  private constructor(
    private readonly folder: string,
    private readonly door: Server,
  ) {
    door.on('connection', (front) => this.take(front));
  }

  static async start(): Promise<StoppablePostgres> {
    // The server takes another port at each start.
    const door = createServer().listen(0, '127.0.0.1');
    await once(door, 'listening');
    const postgres = new StoppablePostgres(mkdtempSync(join(tmpdir(), 'outdial-away-')), door);
    await postgres.comeBack();
    return postgres;
  }

  get url(): string {
    const url = new URL(this.server?.url ?? 'postgres://outdial@127.0.0.1/outdial');
    url.port = String((this.door.address() as AddressInfo).port);
    return url.href;
  }

  async comeBack(): Promise<void> {
    this.server = await startEmbeddedPostgres({ dataDir: this.folder, volatile: true });
  }

  /** An orderly shutdown, as at an upgrade: open connections are told, and ended. */
  async goAway(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    await server?.stop();
  }

  async close(): Promise<void> {
    const { server } = this;
    await this.goAway();
    for (const socket of this.open) socket.destroy();
    this.door.close();
    await once(this.door, 'close');
    rmSync(server?.dataDir ?? this.folder, { recursive: true, force: true });
    rmSync(this.folder, { recursive: true, force: true });
  }

  private take(front: Socket): void {
    if (!this.server) {
      this.refused++;
      front.destroy();
      return;
    }
    const back = connect({ host: '127.0.0.1', port: Number(new URL(this.server.url).port) });
    for (const [one, other] of [
      [front, back],
      [back, front],
    ] as const) {
      this.open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy()).on('close', () => this.open.delete(one));
    }
  }
}
