import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startLab, type Lab } from '../../src/lab/index.js';
import { type CampaignBench, expectTrueCounters, makeCampaignBench } from '../support/campaigns.js';
import { saying, ScriptedDnc, sending } from '../support/scripted-dnc.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const STATE = `query ($id: ID!) {
  campaign(id: $id) {
    state stopReason idleReason
    counters { leads { total notCalled success doNotCall } inFlight { total } attempts }
    schedules(filter: { statuses: [RUNNING, DNC_OUT_OF_SERVICE, FINISHED] }) { nodes { status } }
    leads(filter: {}, orderBy: { field: PHONE_NUMBER }) { nodes { phoneNumber status attemptCount } }
  }
  engineStatus { idleReason faults { subject name reason message occurrences since nextTryAt } }
  callAttempts(filter: { campaignId: $id }) {
    nodes { phoneNumber result countsAsAttempt dialedAt ringingAt trunkName state termination { reason attributedTo } }
  }
}`;
const START = 'mutation ($input: StartCampaignInput!) { startCampaign(input: $input) { campaign { id } } }';
const STOP = 'mutation ($input: StopCampaignInput!) { stopCampaign(input: $input) { campaign { id } } }';
const CREATE = 'mutation ($input: CreateDncServiceInput!) { createDncService(input: $input) { dncService { id } } }';
const UPDATE = 'mutation ($input: UpdateDncServiceInput!) { updateDncService(input: $input) { dncService { id } } }';

interface State {
  readonly campaign: {
    readonly state: string;
    readonly stopReason: string | null;
    readonly idleReason: string | null;
    readonly counters: {
      readonly leads: Record<'total' | 'notCalled' | 'success' | 'doNotCall', number>;
      readonly inFlight: { readonly total: number };
      readonly attempts: number;
    };
    readonly schedules: { readonly nodes: readonly { status: string }[] };
    readonly leads: {
      readonly nodes: readonly { phoneNumber: string; status: string; attemptCount: number }[];
    };
  };
  readonly engineStatus: {
    readonly idleReason: string | null;
    readonly faults: readonly { subject: string; occurrences: number; [more: string]: unknown }[];
  };
  readonly callAttempts: {
    readonly nodes: readonly {
      phoneNumber: string;
      result: string | null;
      dialedAt: string | null;
      termination: { reason: string } | null;
    }[];
  };
}

/** The lab is the carrier; every person answers, and is transferred. */
describe('a campaign with a do-not-call service', () => {
  let app: TestApp;
  let bench: CampaignBench;
  let lab: Lab;
  let server: ScriptedDnc;

  beforeAll(async () => {
    lab = await startLab({ seed: 1, agents: 10, pilotNumber: '9000', mix: { PERSON: 1 }, pace: 50 });
    server = await ScriptedDnc.start();
    app = await startTestApp();
    bench = await makeCampaignBench(app);
    await app.master.ask('mutation ($input: CreateTrunkInput!) { createTrunk(input: $input) { trunk { id } } }', {
      input: { name: 'Lab', channels: 10, servers: [{ host: lab.host, sipPort: lab.sipPort }] },
    });
  });

  afterAll(async () => {
    await bench.close();
    await app.close();
    await lab.close();
    await server.close();
  });

  const look = (id: string): Promise<State> => bench.admin.ask<State>(STATE, { id });
  const lookUntil = async (id: string, holds: (state: State) => boolean): Promise<State> => {
    for (;;) {
      const state = await look(id);
      if (holds(state)) return state;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  // The fields of one answer are read one after the other: the fault may be of a moment later.
  const isDown = ({ campaign, engineStatus }: State): boolean =>
    campaign.idleReason === 'DNC_OUT_OF_SERVICE' && engineStatus.faults.length > 0;
  const isOver = ({ campaign }: State): boolean =>
    campaign.state === 'STOPPED' && campaign.counters.inFlight.total === 0;
  const makeService = async (input: Record<string, unknown>): Promise<string> =>
    (await bench.admin.ask<{ createDncService: { dncService: { id: string } } }>(CREATE, { input })).createDncService
      .dncService.id;
  const begin = async (dncServiceId: string, numbers: readonly number[]): Promise<string> => {
    const { id } = await bench.create({ dncServiceId });
    await bench.load(id, numbers.map((number) => `Lead ${number},+5541${number}`).join('\n'));
    await bench.admin.ask(START, { input: { id } });
    return id;
  };

  test('goes out of service with it, comes back with it, and logs the refusals', async () => {
    server.behave = sending('busy', 503);
    const serviceId = await makeService({ name: 'National list', url: server.url });
    const id = await begin(serviceId, [900_000_001, 900_000_002, 900_000_003, 900_000_004]);

    const down = await lookUntil(id, (state) => isDown(state) && state.engineStatus.faults.length > 0);
    expect(down.campaign).toMatchObject({
      state: 'STARTED',
      schedules: { nodes: [{ status: 'DNC_OUT_OF_SERVICE' }] },
      counters: { leads: { total: 4, notCalled: 4 } },
    });
    expect(down.engineStatus).toMatchObject({
      idleReason: 'DNC_OUT_OF_SERVICE',
      faults: [
        {
          subject: 'DNC_SERVICE',
          name: 'National list',
          reason: 'dnc-out-of-service',
          message: 'It answered with the HTTP status 503 instead of 200.',
          since: expect.any(String),
          nextTryAt: expect.any(String),
        },
      ],
    });
    const settled = await lookUntil(id, ({ campaign }) => campaign.counters.inFlight.total === 0);
    const { length } = settled.callAttempts.nodes;
    expect(settled.callAttempts.nodes).toEqual(
      Array.from({ length }, () =>
        expect.objectContaining({
          ...{ result: 'NOT_CALLED', countsAsAttempt: false, dialedAt: null },
          termination: { reason: 'dnc-out-of-service', attributedTo: 'DIALER' },
        }),
      ),
    );
    expect(settled.campaign.leads.nodes.every(({ attemptCount }) => attemptCount === 0)).toBe(true);

    server.behave = saying((number) => number.endsWith('2') || number.endsWith('4'));
    const over = await lookUntil(id, isOver);
    expect(over.engineStatus.faults).toEqual([]);
    expect(over.campaign).toMatchObject({
      stopReason: 'NO_LEADS_LEFT',
      schedules: { nodes: [{ status: 'FINISHED' }] },
      counters: { leads: { total: 4, notCalled: 0, success: 2, doNotCall: 2 } },
    });
    expect(over.campaign.leads.nodes.map(({ status, attemptCount }) => [status, attemptCount])).toEqual([
      ['SUCCESS', 1],
      ['DO_NOT_CALL', 0],
      ['SUCCESS', 1],
      ['DO_NOT_CALL', 0],
    ]);
    const refusals = over.callAttempts.nodes.filter(({ result }) => result === 'DO_NOT_CALL');
    expect(refusals.map(({ phoneNumber }) => phoneNumber).sort()).toEqual(['+5541900000002', '+5541900000004']);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        ...{ state: 'ENDED', countsAsAttempt: false, dialedAt: null, ringingAt: null, trunkName: null },
        termination: { reason: 'do-not-call', attributedTo: 'DIALER' },
      });
    }
    await expectTrueCounters(bench.pool, id);
  });

  test('goes by the service as it is edited while it runs', async () => {
    server.behave = saying(true);
    const serviceId = await makeService({ name: 'Moved', url: 'http://127.0.0.1:1/', timeoutMs: 500 });
    const id = await begin(serviceId, [900_000_011, 900_000_012]);
    const down = await lookUntil(id, isDown);
    expect(down.engineStatus.faults).toMatchObject([{ name: 'Moved', message: expect.stringMatching(/cannot be/) }]);
    await bench.admin.ask(UPDATE, { input: { id: serviceId, version: 1, url: server.url, name: 'Found' } });
    const over = await lookUntil(id, isOver);
    expect(over.campaign.counters.leads).toMatchObject({ doNotCall: 2, notCalled: 0 });
  });

  test('is stopped while its service is down, and has no fault any more', async () => {
    server.behave = () => undefined;
    const id = await begin(await makeService({ name: 'Silent', url: server.url, timeoutMs: 200 }), [900_000_021]);
    expect((await lookUntil(id, isDown)).engineStatus.faults).toHaveLength(1);
    await bench.admin.ask(STOP, { input: { id } });
    const stopped = await lookUntil(id, ({ engineStatus }) => engineStatus.faults.length === 0);
    expect(stopped.campaign).toMatchObject({
      state: 'STOPPED',
      idleReason: null,
      counters: { leads: { notCalled: 1 } },
    });
  });

  test('keeps to the built-in list', async () => {
    const { data } = await bench.admin.upload<{ uploadDncNumbers: { dncService: { id: string } } }>(
      `mutation ($input: UploadDncNumbersInput!, $file: Upload!) {
        uploadDncNumbers(input: $input, file: $file) { dncService { id } }
      }`,
      { input: { mode: 'APPEND' } },
      { content: '5541900000031\n5541900000033\n', name: 'list.csv' },
    );
    const id = await begin(data?.uploadDncNumbers.dncService.id ?? '', [900_000_031, 900_000_032, 900_000_033]);
    const over = await lookUntil(id, isOver);
    expect(over.campaign.leads.nodes.map(({ status, attemptCount }) => [status, attemptCount])).toEqual([
      ['DO_NOT_CALL', 0],
      ['SUCCESS', 1],
      ['DO_NOT_CALL', 0],
    ]);
    await expectTrueCounters(bench.pool, id);
  });
});
