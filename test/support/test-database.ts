import pg from 'pg';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

let sequence = 0;

/** A database of the test file's own, cloned from the migrated template in some 20 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const adminUrl = process.env['OUTDIAL_TEST_ADMIN_URL'];
  const template = process.env['OUTDIAL_TEST_TEMPLATE'];
  if (!adminUrl || !template) throw new Error('Run the tests with npm test: its set-up starts PostgreSQL.');
  const name = `outdial_test_${process.pid}_${sequence++}`;
  await retryWhileTemplateIsBusy(() => runSql(adminUrl, `create database ${name} template ${template}`));
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => runSql(adminUrl, `drop database if exists ${name} with (force)`) };
}

async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Two files that clone at once: PostgreSQL refuses one of them with `object_in_use`. */
async function retryWhileTemplateIsBusy(run: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await run();
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || attempt > 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * attempt));
    }
  }
}
