import pg from 'pg';

export interface DatabaseOptions {
  readonly url: string;
  /** Connections, 2 or more. */
  readonly poolSize: number;
}

/**
 * A pool for the statements that the ORM is not made for: claims, batches, COPY. Not the ORM's own, in which dates stay
 * text, and so that a busy API does not keep the engine waiting for a connection.
 */
export function openPool({ url, poolSize }: DatabaseOptions): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: poolSize, keepAlive: true });
  // The error of a connection that is in use reaches its query; as an event that nobody hears it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
