import pg from 'pg';

export interface DatabaseOptions {
  readonly url: string;
  /** Connections, 2 or more. */
  readonly poolSize: number;
  /** Statements that take longer are ended by the server, milliseconds. Absent: no bound, as COPY needs it. */
  readonly statementTimeoutMs?: number;
}

/** So long a new connection of the engine is waited for, or a free one of its pool, milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;
/** How long after the server should have ended a statement its silence is taken for an outage, milliseconds. */
const SILENCE_MS = 2_000;

/** A connection that nothing passes is probed after 10 s; ten probes that are not answered, a second apart, end it. */
export const keptAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;

/**
 * A pool for the statements that the ORM is not made for: claims, batches, COPY. Not the ORM's own, in which dates stay
 * text, and so that a busy API does not keep the engine waiting for a connection. With a bound, it also gives up a server
 * that is silent.
 */
export function openPool({ url, poolSize, statementTimeoutMs }: DatabaseOptions): pg.Pool {
  const pool = new pg.Pool({
    ...keptAlive,
    connectionString: url,
    max: poolSize,
    ...(statementTimeoutMs !== undefined && {
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: statementTimeoutMs + SILENCE_MS,
      ...boundStatements(statementTimeoutMs),
    }),
  });
  // The error of a connection that is in use reaches its query; as an event that nobody hears it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/**
 * The server keeps the bound, and that of a transaction which has lost its client, so that nobody's locks stay. By SET,
 * since poolers refuse most settings of a start-up packet.
 */
export function boundStatements(timeoutMs: number): {
  readonly onConnect: (client: pg.ClientBase) => Promise<unknown>;
} {
  const settings = ['statement_timeout', 'idle_in_transaction_session_timeout'];
  const sql = settings.map((name) => `set ${name} = ${timeoutMs}`).join('; ');
  return { onConnect: (client) => client.query(sql) };
}
