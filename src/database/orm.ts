import { fileURLToPath } from 'node:url';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, defineConfig, type Options } from '@mikro-orm/postgresql';
import pg from 'pg';
import { entities } from '../entities/index.js';

export interface DatabaseOptions {
  readonly url: string;
  /** Connections, 2 or more. */
  readonly poolSize: number;
}

export function ormOptions({ url, poolSize }: DatabaseOptions): Options {
  return defineConfig({
    clientUrl: url,
    entities,
    metadataProvider: ReflectMetadataProvider,
    extensions: [Migrator],
    migrations: {
      path: fileURLToPath(new URL('../migrations', import.meta.url)),
      pathTs: 'src/migrations',
      glob: '!(*.d).{js,ts}',
      snapshot: false,
      silent: true,
      emit: 'ts',
    },
    pool: { min: 0, max: poolSize },
  });
}

/** Connects, and brings the schema up to date. */
export async function openDatabase(options: DatabaseOptions): Promise<MikroORM> {
  const orm = await MikroORM.init(ormOptions(options));
  await orm.migrator.up();
  return orm;
}

/**
 * A pool for the statements that the ORM is not made for: claims, batches, COPY. Not the ORM's own, in which dates stay
 * text, and so that a busy API does not keep the engine waiting for a connection.
 */
export function openPool({ url, poolSize }: DatabaseOptions): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: poolSize, keepAlive: true });
  // The pool listens to idle connections alone. Whoever holds one learns of its end from the query that fails; without
  // a listener the error would end the process as well.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  return pool;
}
