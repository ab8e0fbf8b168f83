import { fileURLToPath } from 'node:url';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, defineConfig, type Options } from '@mikro-orm/postgresql';
import { entities } from '../entities/index.js';
import type { DatabaseOptions } from './pool.js';

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
