import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type ReplyOptions, ScriptedPhone } from '../support/scripted-phone.js';
import { prepareStory, startCampaign, storyCsv, type StoryOptions, uploadStory } from '../support/story.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const PATIENCE_MS = 60_000;
const STATUS = `{ engineStatus { idleReason faults { subject name reason message sipStatus occurrences } } }`;

interface Status {
  readonly idleReason: string | null;
  readonly faults: readonly { readonly subject: string; readonly occurrences: number }[];
}

describe('what goes wrong at a trunk', () => {
  let app: TestApp;
  let pool: pg.Pool;
  let carrier: ScriptedPhone;

  beforeEach(async () => {
    carrier = await ScriptedPhone.open();
    app = await startTestApp();
    pool = new pg.Pool({ connectionString: app.databaseUrl, max: 1 });
  });

  afterEach(async () => {
    await pool.end();
    await app.close();
    await carrier.close();
  });

  const count = async (where: string): Promise<number> => {
    const { rows } = await pool.query<{ count: number }>(
      `select count(*)::int as count from call_attempt where ${where}`,
    );
    return rows[0]?.count ?? 0;
  };
  const status = async (): Promise<Status> => (await app.master.ask<{ engineStatus: Status }>(STATUS)).engineStatus;
  async function until(isReached: () => Promise<boolean>): Promise<void> {
    while (!(await isReached())) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  const refuses = (phone: ScriptedPhone, status: number, over: ReplyOptions = {}): void =>
    void phone.on.set('INVITE', (invite) => phone.reply(invite, status, over));
  const answersOptions = (phone: ScriptedPhone): void =>
    void phone.on.set('OPTIONS', (options) => phone.reply(options, 200));
  const editTrunk = async (edit: object): Promise<void> => {
    const { trunks } = await app.master.ask<{ trunks: { nodes: { id: string; version: number }[] } }>(
      '{ trunks { nodes { id version } } }',
    );
    await app.master.ask('mutation ($input: UpdateTrunkInput!) { updateTrunk(input: $input) { trunk { id } } }', {
      input: { ...trunks.nodes[0], ...edit },
    });
  };
  const dial = async (leads: number, over: Partial<StoryOptions> = {}): Promise<void> => {
    const story = await prepareStory(app, { sipPort: carrier.port, channels: 1, holdSeconds: 1, ...over });
    const client = await app.login(story.administrator.username, story.administrator.password);
    await uploadStory(client, story.campaignId, storyCsv(leads));
    await startCampaign(client, story.campaignId);
  };

  test(
    'every call is refused for a while: it uses up no attempt, is taken out visibly after five, and is used again when it answers',
    async () => {
      carrier.on.set('OPTIONS', () => undefined);
      refuses(carrier, 500, { phrase: 'Out Of Licences' });
      await dial(12);

      await until(async () => (await status()).faults.length > 0);
      expect(await status()).toMatchObject({
        idleReason: 'TRUNK_DOWN',
        faults: [{ subject: 'TRUNK', name: 'far end', message: 'The server refuses calls: 500 Out Of Licences' }],
      });
      expect(await count('true')).toBe(5);

      answersOptions(carrier);
      refuses(carrier, 486);
      await until(async () => (await count("result = 'BUSY'")) >= 6);
      expect((await status()).faults).toEqual([]);
      expect(await count("counts_as_attempt and result <> 'BUSY'")).toBe(0);
      // One more may have been refused while the trunk was on trial.
      expect(await count("result = 'SERVICE_TEMPORARILY_UNAVAILABLE'")).toBeLessThanOrEqual(6);
    },
    PATIENCE_MS,
  );

  test(
    'it asks to be left alone for minutes: a master who has seen to it and saves it has it used again at once',
    async () => {
      refuses(carrier, 503, { headers: ['Retry-After: 300'] });
      await dial(3);
      await until(async () => (await status()).idleReason === 'TRUNK_DOWN');
      answersOptions(carrier);
      refuses(carrier, 486);
      await editTrunk({ name: 'repaired' });
      await until(async () => (await count("result = 'BUSY'")) === 2);
      expect((await status()).faults).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    'no audio comes in answered calls, which end as machines: that is a fault after five of them',
    async () => {
      carrier.on.set('INVITE', (invite) => carrier.reply(invite, 200, { sdp: true }));
      await dial(5, { channels: 5, amd: 'LOW' });
      await until(async () => (await count("result = 'AMD'")) === 5);
      const [fault, ...others] = (await status()).faults;
      expect(fault).toMatchObject({ subject: 'TRUNK', name: 'far end', reason: 'no-audio', occurrences: 5 });
      expect(others).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    'one of its servers is out: that is a fault too, though calls go out by the other',
    async () => {
      const second = await ScriptedPhone.open();
      refuses(carrier, 503, { phrase: 'Full' });
      refuses(second, 486);
      await dial(3, { furtherSipPorts: [second.port] });
      await until(async () => (await status()).faults.length > 0);
      expect((await status()).faults).toMatchObject([
        {
          subject: 'TRUNK',
          name: 'far end',
          reason: 'servers-not-used',
          message: '1 of 2 servers are not used: The server refuses calls: 503 Full',
          sipStatus: 503,
        },
      ]);
      await until(async () => (await count("result = 'BUSY'")) === 3);
      answersOptions(carrier);
      await until(async () => (await status()).faults.length === 0);
      await second.close();
    },
    PATIENCE_MS,
  );

  test(
    'carriers block the caller-ID: it is listed, with how often',
    async () => {
      refuses(carrier, 603, { phrase: 'Network Blocked' });
      await dial(3, { callerId: '+4930901820000' });
      await until(async () => (await status()).faults.some(({ occurrences }) => occurrences === 3));
      expect((await status()).faults).toMatchObject([
        { subject: 'CALLER_ID', name: '+4930901820000', reason: 'blocked-by-analytics', sipStatus: 603 },
      ]);
      expect(await count("reason = 'blocked-by-analytics' and not counts_as_attempt")).toBe(3);
    },
    PATIENCE_MS,
  );
});
