import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { loadInstallation } from '../../src/engine/postgres/installation-store.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

test('a trunk comes with its version, its caps and its ports', async () => {
  const [id, portId] = [randomUUID(), randomUUID()];
  const servers = [{ host: '127.0.0.1', sipPort: 5070 }];
  await pool.query(
    `insert into trunk (id, version, name, servers, transport, max_calls_per_second, max_parallel_calls)
     values ($1, 3, 'Carrier', $2, 'UDP', 2.5, 4)`,
    [id, JSON.stringify(servers)],
  );
  await pool.query(`insert into dialer_port (id, trunk_id, username, password) values ($1, $2, '4001', 'secret')`, [
    portId,
    id,
  ]);
  expect((await loadInstallation(pool)).trunks).toEqual([
    {
      ...{ id, version: 3, name: 'Carrier', servers, transport: 'UDP', outboundProxy: null },
      ...{ channels: null, username: null, password: null, maxCallsPerSecond: 2.5, maxParallelCalls: 4 },
      ports: [{ id: portId, username: '4001', password: 'secret' }],
    },
  ]);
});
