import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { type CampaignBench, dayFromNow, makeCampaignBench, storeAttempt, UPLOAD } from '../support/campaigns.js';
import { GraphQLSocket, type Watch } from '../support/graphql-socket.js';
import { makeClient, makeGroup } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const CAMPAIGN = `subscription ($id: ID!) { campaignChanged(campaignId: $id) {
  id version name state idleReason group { name } startability { canStart } summary { total }
} }`;
const SCHEDULES = `subscription ($id: ID!) { scheduleChanged(campaignId: $id) {
  campaignId changed { id date startTime endTime status campaign { id } } deletedScheduleIds
} }`;
const COUNTERS = `subscription ($id: ID!) { campaignCounters(campaignId: $id) { leads { total } } }`;
const ATTEMPTS = `subscription ($id: ID!) { callAttempts(campaignId: $id) { id } }`;
const PROGRESS = `subscription ($id: ID!) { leadUploadProgress(uploadId: $id) {
  id phase rowsRead loaded rejected failure campaign { id }
} }`;
const ENGINE = `subscription { engineStatus {
  at state idleReason callsInFlight ports { total free busy outOfService } faults { subject name reason }
} }`;

interface CampaignNews {
  readonly campaignChanged: {
    readonly name: string;
    readonly version: number;
    readonly state: string;
    readonly summary: { readonly total: number };
  };
}
interface Change {
  readonly scheduleChanged: {
    readonly changed: readonly { readonly id: string; readonly date: string; readonly status: string }[];
    readonly deletedScheduleIds: readonly string[];
  };
}
interface Progress {
  readonly leadUploadProgress: { readonly phase: string; readonly loaded: number };
}
interface Engine {
  readonly engineStatus: {
    readonly state: string;
    readonly ports: { readonly total: number };
    readonly faults: readonly { readonly name: string; readonly reason: string }[];
  };
}

describe('live changes', () => {
  let app: TestApp;
  let bench: CampaignBench;

  beforeAll(async () => {
    app = await startTestApp();
    bench = await makeCampaignBench(app);
  });

  afterAll(async () => {
    await bench.close();
    await app.close();
  });

  const connect = (client = bench.admin): Promise<GraphQLSocket> => GraphQLSocket.connect(app.url, client.token);
  const refusalOf = async (watch: Watch<unknown>): Promise<string | undefined> => {
    const fromEnd = await watch.waitForEnd();
    return (fromEnd[0] ?? watch.messages[0]?.errors?.[0])?.extensions.code;
  };
  const update = (id: string, version: number, edit: object, client = bench.admin) =>
    client.ask<{ updateCampaign: { campaign: { version: number } } }>(
      `mutation ($input: UpdateCampaignInput!) { updateCampaign(input: $input) { campaign { version } } }`,
      { input: { id, version, ...edit } },
    );
  const start = (id: string) =>
    bench.admin.ask(`mutation ($input: StartCampaignInput!) { startCampaign(input: $input) { campaign { id } } }`, {
      input: { id },
    });
  const stop = (id: string) =>
    bench.admin.ask(`mutation ($input: StopCampaignInput!) { stopCampaign(input: $input) { campaign { id } } }`, {
      input: { id },
    });

  describe('campaignChanged', () => {
    test('the campaign comes at once, then after edits, uploads, start and stop', async () => {
      const { id, version } = await bench.create();
      const socket = await connect(bench.supervisor);
      const watch = socket.subscribe<CampaignNews>(CAMPAIGN, { id });
      expect(await watch.waitFor(() => true)).toMatchObject({
        campaignChanged: { id, state: 'STOPPED', idleReason: null, startability: { canStart: false } },
      });
      await update(id, version, { name: `Renamed ${id}` });
      await watch.waitFor(({ campaignChanged }) => campaignChanged.name === `Renamed ${id}`);
      await bench.load(id, 'Ana,+554183015031');
      await watch.waitFor(({ campaignChanged }) => campaignChanged.summary.total === 1);
      await start(id);
      await watch.waitFor(({ campaignChanged }) => campaignChanged.state === 'STARTED');
      await stop(id);
      await watch.waitFor(
        ({ campaignChanged }) =>
          campaignChanged === watch.messages.at(-1)?.data?.campaignChanged && campaignChanged.state === 'STOPPED',
      );
      await socket.close();
    });

    test('a slow burst of edits ends with the newest', async () => {
      const { id, version } = await bench.create();
      const socket = await connect();
      const watch = socket.subscribe<CampaignNews>(CAMPAIGN, { id });
      await watch.waitFor(() => true);
      let present = version;
      for (let edit = 0; edit < 10; edit++) {
        present = (await update(id, present, { description: `edit ${edit}` })).updateCampaign.campaign.version;
      }
      await watch.waitFor(({ campaignChanged }) => campaignChanged.version === present);
      expect(watch.messages.at(-1)?.data?.campaignChanged.version).toBe(present);
      await socket.close();
    });
  });

  describe('scheduleChanged', () => {
    test("today's and later schedules come at once, then those that are added, changed or deleted", async () => {
      const { id } = await bench.create({ firstDay: dayFromNow(0), lastDay: dayFromNow(2) });
      await bench.pool.query('update schedule set date = date - 3 where campaign_id = $1 and date = $2', [
        id,
        dayFromNow(2),
      ]);
      const socket = await connect(bench.supervisor);
      const watch = socket.subscribe<Change>(SCHEDULES, { id });
      const first = await watch.waitFor(() => true);
      expect(first.scheduleChanged).toMatchObject({
        campaignId: id,
        changed: [
          { date: dayFromNow(0), status: 'NOT_RUNNING', campaign: { id } },
          { date: dayFromNow(1), status: 'NOT_RUNNING' },
        ],
        deletedScheduleIds: [],
      });
      const added = await bench.admin.ask<{ addSchedule: { schedule: { id: string } } }>(
        `mutation ($input: AddScheduleInput!) { addSchedule(input: $input) { schedule { id } } }`,
        { input: { campaignId: id, date: dayFromNow(9), startTime: '08:00', endTime: '17:00' } },
      );
      const newId = added.addSchedule.schedule.id;
      const news = await watch.waitFor(({ scheduleChanged }) =>
        scheduleChanged.changed.some((one) => one.id === newId),
      );
      expect(news.scheduleChanged.changed).toHaveLength(1);
      await bench.admin.ask(
        `mutation ($input: DeleteScheduleInput!) { deleteSchedule(input: $input) { deletedScheduleId } }`,
        { input: { id: newId } },
      );
      const gone = await watch.waitFor(({ scheduleChanged }) => scheduleChanged.deletedScheduleIds.length > 0);
      expect(gone.scheduleChanged).toMatchObject({ changed: [], deletedScheduleIds: [newId] });
      await socket.close();
    });

    test('a start and a stop show in the schedule that is open', async () => {
      const { id } = await bench.create();
      await bench.load(id, 'Ana,+554183015031');
      const socket = await connect();
      const watch = socket.subscribe<Change>(SCHEDULES, { id });
      await watch.waitFor(() => true);
      const running = watch.waitFor(({ scheduleChanged }) => scheduleChanged.changed[0]?.status === 'RUNNING');
      await start(id);
      const { scheduleChanged } = await running;
      expect(scheduleChanged.changed.map(({ date }) => date)).toEqual([dayFromNow(0)]);
      await stop(id);
      await watch.waitFor(() => watch.messages.at(-1)?.data?.scheduleChanged.changed[0]?.status === 'NOT_RUNNING');
      await socket.close();
    });

    test('a window that closes or opens is told although neither the engine nor anybody else says so', async () => {
      const { id } = await bench.create();
      const set = (day: string, columns: string) =>
        bench.pool.query(`update schedule set ${columns} where campaign_id = $1 and date = $2`, [id, day]);
      // What ran is over at its end; what has no leads any more, from its start on: neither needs the campaign started.
      const [closing, opening] = [dayFromNow(0), dayFromNow(1)];
      await set(closing, `ran = true, ends_at = now() + interval '2 seconds'`);
      await set(opening, `ran = true, leads_done = true, starts_at = now() + interval '3 seconds'`);
      const socket = await connect();
      const watch = socket.subscribe<Change>(SCHEDULES, { id });
      const first = await watch.waitFor(() => true);
      expect(first.scheduleChanged.changed.map(({ status }) => status)).toEqual(Array(7).fill('NOT_RUNNING'));
      for (const day of [closing, opening]) {
        const { scheduleChanged } = await watch.waitFor(
          ({ scheduleChanged: { changed } }) => changed.length === 1 && changed[0]?.date === day,
        );
        expect(scheduleChanged.changed[0]?.status).toBe('FINISHED');
      }
      await socket.close();
    });
  });

  describe('leadUploadProgress', () => {
    test('may begin before the upload, and ends with it', async () => {
      const { id: campaignId } = await bench.create();
      const id = uuidv7();
      const socket = await connect();
      const watch = socket.subscribe<Progress>(PROGRESS, { id });
      await new Promise((done) => setTimeout(done, 100));
      const { errors } = await bench.admin.upload(
        UPLOAD,
        { input: { campaignId, uploadId: id } },
        { content: 'Ana,+554183015031\nBea,nonsense', name: 'leads.csv' },
      );
      expect(errors).toBeUndefined();
      expect(await watch.waitForEnd()).toEqual([]);
      expect(watch.messages.at(-1)?.data?.leadUploadProgress).toMatchObject({
        ...{ id, phase: 'DONE', rowsRead: 2, loaded: 1, rejected: 1, failure: null, campaign: { id: campaignId } },
      });
      const late = socket.subscribe<Progress>(PROGRESS, { id });
      expect(await late.waitForEnd()).toEqual([]);
      expect(late.messages.map(({ data }) => data?.leadUploadProgress.phase)).toEqual(['DONE']);
      await socket.close();
    });

    test('an upload of somebody else, and what is no id, do not exist', async () => {
      const { id: campaignId } = await bench.create();
      const id = uuidv7();
      await bench.admin.upload(
        UPLOAD,
        { input: { campaignId, uploadId: id } },
        { content: 'Ana,+554183015031', name: 'leads.csv' },
      );
      const { client: colleague } = await makeClient(app, 'CAMPAIGN_ADMINISTRATOR', [bench.group]);
      for (const client of [colleague, bench.stranger]) {
        const socket = await connect(client);
        expect(await refusalOf(socket.subscribe(PROGRESS, { id }))).toBe('NOT_FOUND');
        expect(await refusalOf(socket.subscribe(PROGRESS, { id: 'x' }))).toBe('NOT_FOUND');
        await socket.close();
      }
    });

    test('whoever waits for an id that somebody else then uses sees nothing of it', async () => {
      const { id: campaignId } = await bench.create();
      const id = uuidv7();
      const socket = await connect(bench.stranger);
      const watch = socket.subscribe<Progress>(PROGRESS, { id });
      await new Promise((done) => setTimeout(done, 100));
      await bench.admin.upload(
        UPLOAD,
        { input: { campaignId, uploadId: id } },
        { content: 'Ana,+554183015031', name: 'leads.csv' },
      );
      expect(await watch.waitForEnd()).toEqual([]);
      expect(watch.messages).toEqual([]);
      await socket.close();
    });
  });

  describe('engineStatus', () => {
    test('the state comes at once, then with a trunk that is new and out of service, and again without it', async () => {
      const socket = await connect(app.master);
      const watch = socket.subscribe<Engine>(ENGINE);
      await watch.waitFor(({ engineStatus }) => engineStatus.state === 'RUNNING');
      const created = await app.master.ask<{ createTrunk: { trunk: { id: string } } }>(
        `mutation ($input: CreateTrunkInput!) { createTrunk(input: $input) { trunk { id } } }`,
        { input: { name: 'nobody there', servers: [{ host: 'nowhere.invalid', sipPort: 9 }], channels: 3 } },
      );
      await watch.waitFor(({ engineStatus }) => engineStatus.ports.total === 3);
      await watch.waitFor(({ engineStatus }) => engineStatus.faults.some(({ name }) => name === 'nobody there'));
      await app.master.ask(`mutation ($input: DeleteTrunkInput!) { deleteTrunk(input: $input) { deletedTrunkId } }`, {
        input: { id: created.createTrunk.trunk.id },
      });
      await watch.waitFor(() => {
        const last = watch.messages.at(-1)?.data?.engineStatus;
        return last?.ports.total === 0 && last.faults.length === 0;
      });
      await socket.close();
    });

    test('it is not for supervisors', async () => {
      const socket = await connect(bench.supervisor);
      expect(await refusalOf(socket.subscribe(ENGINE))).toBe('FORBIDDEN');
      await socket.close();
    });
  });

  describe('rights', () => {
    const all = [CAMPAIGN, SCHEDULES, COUNTERS, ATTEMPTS];
    /** All of them, and each has begun: an attempt is in flight, so that also `callAttempts` has something to say first. */
    const watchAll = async (socket: GraphQLSocket, id: string): Promise<Watch<unknown>[]> => {
      await storeAttempt(bench.pool, id, { state: 'DIALING' });
      const watches = all.map((query) => socket.subscribe(query, { id }));
      await Promise.all(watches.map((watch) => watch.waitFor(() => true)));
      return watches;
    };

    test('a campaign that moves to another group is lost for those who are not in it, and for nobody else', async () => {
      const newGroup = await makeGroup(app);
      const { client: inBoth } = await makeClient(app, 'CAMPAIGN_ADMINISTRATOR', [bench.group, newGroup]);
      const { id, version } = await bench.create();
      const [losing, keeping] = [await connect(), await connect(inBoth)];
      const lost = await watchAll(losing, id);
      const kept = keeping.subscribe<CampaignNews>(CAMPAIGN, { id });
      await kept.waitFor(() => true);
      const before = lost.map((watch) => watch.messages.length);
      const { updateCampaign } = await update(id, version, { groupId: newGroup.id }, inBoth);
      for (const watch of lost) expect(await watch.waitForEnd()).toEqual([]);
      expect(lost.map((watch) => watch.messages.length)).toEqual(before);
      await kept.waitFor(({ campaignChanged }) => campaignChanged.version === updateCampaign.campaign.version);
      await update(id, updateCampaign.campaign.version, { name: `Moved ${id}` }, inBoth);
      await kept.waitFor(({ campaignChanged }) => campaignChanged.name === `Moved ${id}`);
      expect(kept.ended).toBeUndefined();
      for (const query of all) {
        expect(await refusalOf(losing.subscribe(query, { id }))).toBe('NOT_FOUND');
      }
      await Promise.all([losing.close(), keeping.close()]);
    });

    test('all subscriptions of a campaign end when it is deleted', async () => {
      const { id } = await bench.create();
      const socket = await connect();
      const watches = await watchAll(socket, id);
      await bench.admin.ask(
        `mutation ($input: DeleteCampaignInput!) { deleteCampaign(input: $input) { deletedCampaignId } }`,
        { input: { id } },
      );
      for (const watch of watches) expect(await watch.waitForEnd()).toEqual([]);
      await socket.close();
    });

    test("a change of the viewer's groups closes the socket", async () => {
      const { user, client } = await makeClient(app, 'CAMPAIGN_SUPERVISOR', [bench.group]);
      const { id } = await bench.create();
      const socket = await connect(client);
      await socket.subscribe(CAMPAIGN, { id }).waitFor(() => true);
      await app.master.ask(`mutation ($input: UpdateUserInput!) { updateUser(input: $input) { user { id } } }`, {
        input: { id: user.id, version: user.version, groupIds: [bench.strangerGroup.id] },
      });
      expect(await socket.closed).toMatchObject({ code: 4401 });
    });
  });
});
