import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Lab, startLab } from '../../src/lab/index.js';
import { type CampaignBench, makeCampaignBench } from '../support/campaigns.js';
import { GraphQLSocket } from '../support/graphql-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const START = 'mutation ($input: StartCampaignInput!) { startCampaign(input: $input) { campaign { id } } }';
const STOP = 'mutation ($input: StopCampaignInput!) { stopCampaign(input: $input) { campaign { id state } } }';
const ATTEMPTS = `subscription ($id: ID!) { callAttempts(campaignId: $id) { state termination { reason } } }`;
const CHANGES = 'subscription ($id: ID!) { campaignChanged(campaignId: $id) { state } }';
const CREATE_TRUNK = 'mutation ($input: CreateTrunkInput!) { createTrunk(input: $input) { trunk { id } } }';
const DELETE_TRUNK = 'mutation ($input: DeleteTrunkInput!) { deleteTrunk(input: $input) { deletedTrunkId } }';
const CREATE_QUEUE = 'mutation ($input: CreateQueueInput!) { createQueue(input: $input) { queue { id } } }';

interface Attempts {
  readonly callAttempts: { readonly state: string; readonly termination: { readonly reason: string } | null };
}

/** A UUID is the same one in capitals (RFC 9562, section 4). */
describe('an id in capitals', () => {
  let app: TestApp;
  let bench: CampaignBench;
  let lab: Lab;
  let trunkId: string;

  beforeAll(async () => {
    lab = await startLab({ seed: 1, agents: 10, pilotNumber: '9000', mix: { NO_ANSWER: 1 } });
    app = await startTestApp();
    bench = await makeCampaignBench(app);
    const { createTrunk } = await app.master.ask<{ createTrunk: { trunk: { id: string } } }>(CREATE_TRUNK, {
      input: { name: 'Lab', channels: 10, servers: [{ host: lab.host, sipPort: lab.sipPort }] },
    });
    trunkId = createTrunk.trunk.id;
  });

  afterAll(async () => {
    await bench.close();
    await app.close();
    await lab.close();
  });

  test('stops a campaign with the calls that ring, and whoever watches it in either case sees that', async () => {
    const { id } = await bench.create();
    await bench.load(id, 'Ana,+554183015031');
    const socket = await GraphQLSocket.connect(app.url, bench.admin.token);
    const watches = [id, id.toUpperCase()].map((given) => socket.subscribe<Attempts>(ATTEMPTS, { id: given }));
    const change = socket.subscribe<{ campaignChanged: { state: string } }>(CHANGES, { id });
    await change.waitFor(() => true);
    await bench.admin.ask(START, { input: { id: id.toUpperCase() } });
    for (const watch of watches) await watch.waitFor(({ callAttempts }) => callAttempts.state === 'RINGING');
    expect(await bench.admin.ask(STOP, { input: { id: id.toUpperCase() } })).toEqual({
      stopCampaign: { campaign: { id, state: 'STOPPED' } },
    });
    await change.waitFor(({ campaignChanged }) => campaignChanged.state === 'STOPPED');
    for (const watch of watches) {
      const { callAttempts } = await watch.waitFor(({ callAttempts }) => callAttempts.state === 'ENDED', 5_000);
      expect(callAttempts.termination).toEqual({ reason: 'campaign-stopped' });
    }
    await socket.close();
  });

  test('in the text of a document is taken like one in a variable', async () => {
    const { id } = await bench.create();
    const { campaign } = await bench.admin.ask<{ campaign: { id: string } }>(
      `{ campaign(id: "${id.toUpperCase()}") { id } }`,
    );
    expect(campaign.id).toBe(id);
  });

  test('does not delete a trunk that a queue uses', async () => {
    await app.master.ask(CREATE_QUEUE, {
      input: {
        ...{ name: 'Watched', type: 'OSCC', transferMode: 'REFER' },
        agentSource: { sipDialog: { trunkId: trunkId.toUpperCase(), addresses: ['sip:100@127.0.0.1'] } },
      },
    });
    const refusal = await app.master.refusal(DELETE_TRUNK, { input: { id: trunkId.toUpperCase() } });
    expect(refusal.extensions.code).toBe('CONFLICT');
  });
});
