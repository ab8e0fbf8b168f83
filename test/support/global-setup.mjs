// Runs outside the test's module loader, on the compiled code: starts PostgreSQL (or takes TEST_DATABASE_URL, the URL of
// a server on which databases may be created) and makes the migrated template that every test file clones.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import 'reflect-metadata';

export default async function setUp() {
  const { startEmbeddedPostgres } = await import('../../dist/database/embedded-postgres.js');
  const { openDatabase } = await import('../../dist/database/orm.js');

  let server;
  let url = process.env.TEST_DATABASE_URL;
  if (!url) {
    const dataDir = mkdtempSync(join(tmpdir(), 'outdial-test-'));
    server = await startEmbeddedPostgres({ dataDir, volatile: true });
    server.dataDir = dataDir;
    url = server.url;
  }
  globalThis.outdialTestServer = server;
  const template = `outdial_template_${process.pid}`;
  await runSql(url, `drop database if exists ${template} with (force)`);
  await runSql(url, `create database ${template}`);
  const templateUrl = new URL(url);
  templateUrl.pathname = `/${template}`;
  const orm = await openDatabase({ url: templateUrl.href, poolSize: 2 });
  await orm.close(true);
  process.env.OUTDIAL_TEST_ADMIN_URL = url;
  process.env.OUTDIAL_TEST_TEMPLATE = template;
}

async function runSql(url, sql) {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
