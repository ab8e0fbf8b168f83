import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import type { Viewer } from '../../src/auth/viewer.js';
import { openDatabase } from '../../src/database/orm.js';
import { lockStoppedCampaign } from '../../src/services/campaign-access.js';
import { prepareFirstStart } from '../../src/services/first-start.js';
import { storeCampaign } from '../support/stored-campaign.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('opening the database', () => {
  let database: TestDatabase;
  let admin: pg.Client;
  const opened: MikroORM[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
    admin = new pg.Client(database.url);
    await admin.connect();
  });

  afterEach(async () => {
    for (const orm of opened.splice(0)) await orm.close(true);
    await admin.end();
    await database.drop();
  });

  async function open(statementTimeoutMs?: number): Promise<MikroORM> {
    const bound = statementTimeoutMs === undefined ? {} : { statementTimeoutMs };
    const orm = await openDatabase({ url: database.url, poolSize: 3, ...bound });
    opened.push(orm);
    return orm;
  }

  const migrations = async (): Promise<readonly string[]> => {
    const { rows } = await admin.query<{ name: string }>('select name from mikro_orm_migrations order by id');
    return rows.map(({ name }) => name);
  };

  test('by several processes at once makes the schema and the first user once', async () => {
    const wanted = await migrations();
    await admin.query('drop schema public cascade; create schema public');
    const passwords = await Promise.all(
      Array.from({ length: 4 }, async () => prepareFirstStart((await open()).em.fork())),
    );
    expect(await migrations()).toEqual(wanted);
    expect(passwords.filter((password) => password !== undefined)).toHaveLength(1);
    const { rows } = await admin.query('select username from app_user');
    expect(rows).toEqual([{ username: 'master' }]);
  });

  test('that a newer release has migrated is refused, and nothing is changed', async () => {
    await admin.query(`insert into mikro_orm_migrations (name) values ('Migration29990101000000')`);
    const before = await migrations();
    await expect(open()).rejects.toThrow(
      'The database has been migrated by a newer release (Migration29990101000000). ' +
        'Start that release, or restore the backup that was made before.',
    );
    expect(await migrations()).toEqual(before);
  });

  test('with a bound ends statements that take longer, but neither migrations nor the wait for those of others', async () => {
    await admin.query('drop schema public cascade; create schema public');
    await admin.query(`select pg_advisory_lock(hashtextextended('outdial:migrations', 0))`);
    const opening = open(300);
    let waits = 0;
    while (waits === 0) {
      const { rowCount } = await admin.query(
        `select from pg_stat_activity where datname = current_database() and wait_event = 'advisory'
           and clock_timestamp() - query_start > interval '400 milliseconds'`,
      );
      waits = rowCount ?? 0;
    }
    await admin.query('select pg_advisory_unlock_all()');
    const { em } = await opening;
    await expect(em.fork().execute('select pg_sleep(60)')).rejects.toMatchObject({ code: '57014' });
    expect(await em.fork().execute('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('with a bound gives what is done to a stopped campaign, with all of its leads, the time that it takes', async () => {
    const plain = new pg.Pool({ connectionString: database.url, max: 1 });
    const { campaignId } = await storeCampaign(plain);
    const { rows } = await plain.query<{ group_id: string }>(
      `update campaign set state = 'STOPPED' where id = $1 returning group_id`,
      [campaignId],
    );
    await plain.end();
    const viewer = { groupIds: rows.map(({ group_id }) => group_id) } as unknown as Viewer;
    const { em } = await open(100);
    await em.fork().transactional(async (tx) => {
      await lockStoppedCampaign(tx, viewer, campaignId);
      await tx.execute('select pg_sleep(0.3)');
    });
    await expect(em.fork().execute('select pg_sleep(60)')).rejects.toMatchObject({ code: '57014' });
  });
});
