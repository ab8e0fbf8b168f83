import pg from 'pg';
import type { InstanceLease, Tenure } from '../contracts/instance-lease.js';

/** So long a connection, and the answer to a statement of it, is waited for, milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 15_000;

/**
 * A connection that breaks without a word is found dead by both ends within 20 s: by ours, which stops dialing, and by the
 * server's, which gives the lock back to whoever asks, perhaps to us over a new connection.
 */
const KEEP_ALIVE_MS = 10_000;
const SERVER_KEEP_ALIVE = `set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 5`;

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
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      application_name: 'outdial lease',
    });
    const lost = new Promise<void>((resolve) => {
      // Not `once`: a server that shuts down says so, and then the connection ends, which is a second error. One that
      // nobody listens to ends the process.
      client.on('error', () => {
        resolve();
      });
      client.once('end', () => {
        resolve();
      });
    });
    await client.connect();
    try {
      await client.query(SERVER_KEEP_ALIVE);
      const { rows } = await client.query<{ locked: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
        [LOCK],
      );
      if (!rows[0]?.locked) {
        // Not waited for: a server that falls silent now would keep us from asking again.
        void client.end();
        return undefined;
      }
      const raised = await client.query<{ epoch: string }>(
        'update engine_lease set epoch = epoch + 1 where id = 1 returning epoch',
      );
      return new PostgresTenure(client, Number(raised.rows[0]?.epoch), lost);
    } catch (error) {
      void client.end();
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
