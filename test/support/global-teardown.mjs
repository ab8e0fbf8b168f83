import { rmSync } from 'node:fs';
import pg from 'pg';

export default async function tearDown() {
  const server = globalThis.outdialTestServer;
  if (server) {
    await server.stop();
    rmSync(server.dataDir, { recursive: true, force: true });
    return;
  }
  const client = new pg.Client(process.env.OUTDIAL_TEST_ADMIN_URL);
  await client.connect();
  await client.query(`drop database if exists ${process.env.OUTDIAL_TEST_TEMPLATE} with (force)`);
  await client.end();
}
