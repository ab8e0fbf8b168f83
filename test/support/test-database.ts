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
  await retryWhileInUse(50, () => runSql(adminUrl, `create database ${name} template ${template}`));
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const drop = (how = ''): Promise<void> => runSql(adminUrl, `drop database if exists ${name} ${how}`);
  return {
    url: url.href,
    // A pool is at its end before its connections are; one that is cut meanwhile is an error that nobody listens for.
    drop: () => retryWhileInUse(10, () => drop()).catch(() => drop('with (force)')),
  };
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

/** PostgreSQL refuses with `object_in_use`: two files that clone the template at once, or connections not closed yet. */
async function retryWhileInUse(attempts: number, run: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await run();
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || attempt > attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * attempt));
    }
  }
}
