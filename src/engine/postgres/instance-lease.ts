import pg from 'pg';
import type { InstanceLease, Tenure } from '../contracts/instance-lease.js';

/** Key of the advisory lock, of this product alone in its database. */
const LOCK = 'outdial:engine';

/**
 * The right to dial is an advisory lock of a connection of its own: PostgreSQL gives it back the moment the connection
 * ends, however the process died. Each tenure raises the epoch, which claims compare: an instance that does not know yet
 * that it lost the lock cannot claim any more. See docs/decisions/0003-lease.md.
 */
export class PostgresInstanceLease implements InstanceLease {
  constructor(private readonly databaseUrl: string) {}

  async tryAcquire(): Promise<Tenure | undefined> {
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      keepAlive: true,
      application_name: 'outdial lease',
    });
    const lost = new Promise<void>((resolve) => {
      // `on`: a server that ends a connection causes two errors, and one without a listener would end the process.
      client.on('error', () => {
        resolve();
      });
      client.once('end', () => {
        resolve();
      });
    });
    await client.connect();
    try {
      const { rows } = await client.query<{ locked: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
        [LOCK],
      );
      if (!rows[0]?.locked) {
        await client.end();
        return undefined;
      }
      const raised = await client.query<{ epoch: string }>(
        'update engine_lease set epoch = epoch + 1 where id = 1 returning epoch',
      );
      return new PostgresTenure(client, Number(raised.rows[0]?.epoch), lost);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }
}

class PostgresTenure implements Tenure {
  readonly lost: Promise<void>;
  private released = false;

  constructor(
    private readonly client: pg.Client,
    readonly epoch: number,
    connectionLost: Promise<void>,
  ) {
    this.lost = new Promise((resolve) => {
      void connectionLost.then(() => {
        if (!this.released) resolve();
      });
    });
  }

  async release(): Promise<void> {
    this.released = true;
    await this.client.end().catch(() => undefined);
  }
}
