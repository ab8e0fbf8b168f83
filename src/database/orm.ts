import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, defineConfig, type Options } from '@mikro-orm/postgresql';
import { entities } from '../entities/index.js';
import { boundStatements, type DatabaseOptions, keptAlive } from './pool.js';

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

export function ormOptions({ url, poolSize, statementTimeoutMs }: DatabaseOptions): Options {
  return defineConfig({
    clientUrl: url,
    entities,
    metadataProvider: ReflectMetadataProvider,
    extensions: [Migrator],
    migrations: {
      path: MIGRATIONS,
      pathTs: 'src/migrations',
      glob: '!(*.d).{js,ts}',
      snapshot: false,
      silent: true,
      emit: 'ts',
    },
    pool: { min: 0, max: poolSize },
    driverOptions: {
      ...keptAlive,
      ...(statementTimeoutMs !== undefined && {
        // Whoever waits longer for a connection finds all of them at statements that will be ended.
        connectionTimeoutMillis: statementTimeoutMs,
        ...boundStatements(statementTimeoutMs),
      }),
    },
  });
}

/** Connects, and brings the schema up to date. Rejects if the schema is of a newer release. */
export async function openDatabase(options: DatabaseOptions): Promise<MikroORM> {
  const orm = await MikroORM.init(ormOptions(options));
  try {
    await migrate(orm);
  } catch (error) {
    await orm.close(true);
    throw error;
  }
  return orm;
}

/** In one transaction, under a lock: of two processes that start at once, the second waits here and finds it done. */
async function migrate(orm: MikroORM): Promise<void> {
  await orm.em.fork().transactional(async (tx) => {
    // A migration of many rows takes its time, and so does waiting for another process to finish it.
    await tx.execute('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('outdial:migrations', 0))");
    await refuseNewerSchema(orm);
    const transaction: unknown = tx.getTransactionContext();
    await orm.migrator.up({ transaction });
  });
}

/** What a newer release has made of the tables, this one may read wrongly and write over. */
async function refuseNewerSchema(orm: MikroORM): Promise<void> {
  const files = await readdir(MIGRATIONS);
  const known = new Set(files.map((file) => file.replace(/\.[jt]s$/, '')));
  const unknown = (await orm.migrator.getExecuted()).map(({ name }) => name).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new Error(
    `The database has been migrated by a newer release (${unknown.join(', ')}). ` +
      'Start that release, or restore the backup that was made before.',
  );
}
