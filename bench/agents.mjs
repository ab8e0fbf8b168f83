// How long it takes from an agent who frees up to the INVITE on the wire, for each kind of agent source: a scripted peer
// tells that an agent is free, the product dials with its database, and a UDP socket takes the INVITE and says busy.
//
//   npm run bench -- agents [--rounds 200] [--agents 20] [--source ASTERISK_AMI,PUSH]
//
// Prints one JSON line, and fails if a p99 is above the goal. The time begins when the peer begins to tell; for PUSH, that
// is the request to the API. A round: the agent becomes free, the INVITE arrives, the agent becomes busy, the call is refused.
// In this order, so that nobody is dialed for an agent who is still shown as free after the call.
//
// Two kinds are not here. FIXED has nobody who tells: a channel is free again when the dialer's own hold time or call ends.
// The wire of OSCC is known from descriptions alone, so that a peer of our own would measure what we guessed.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startAmiPeer } from './support/ami-peer.mjs';
import { BusyPeer } from './support/busy-peer.mjs';
import { storeBenchCampaign } from './support/campaign.mjs';
import { startDialogPeer } from './support/dialog-peer.mjs';
import { startEslPeer } from './support/esl-peer.mjs';
import { quantile } from './support/processes.mjs';
import { Client, MASTER_PASSWORD, round, startDatabase, startProduct } from './support/product.mjs';
import { startPushPeer } from './support/push-peer.mjs';

const PEERS = {
  ASTERISK_AMI: startAmiPeer,
  FREESWITCH_ESL: startEslPeer,
  PUSH: startPushPeer,
  SIP_DIALOG: startDialogPeer,
};
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    rounds: { type: 'string', default: '200' },
    agents: { type: 'string', default: '20' },
    source: { type: 'string', default: Object.keys(PEERS).join() },
  },
});
const rounds = Number(values.rounds);
const agents = Number(values.agents);
const sources = values.source.split(',');
const unknown = sources.filter((source) => !Object.hasOwn(PEERS, source));
if (unknown.length > 0) throw new Error(`--source ${unknown.join()}: allowed are ${Object.keys(PEERS).join()}`);

const GOAL_P99_MS = 100;
const WARM_UP_ROUNDS = 20;
const ROUND_TIMEOUT_MS = 5_000;
const SYNC_TIMEOUT_MS = 30_000;
/** Longer than changes of a source are gathered, and than the end of a call takes. */
const BETWEEN_ROUNDS_MS = 100;
const QUEUE = '{ queues { nodes { id version health { status message } } } }';
const USE_SOURCE = 'mutation ($input: UpdateQueueInput!) { updateQueue(input: $input) { queue { id } } }';

async function readQueue(master) {
  const { queues } = await master.ask(QUEUE);
  return queues.nodes[0];
}

async function untilSynced(source, master) {
  const until = performance.now() + SYNC_TIMEOUT_MS;
  for (;;) {
    const { health } = await readQueue(master);
    if (health.status === 'SYNCED') return;
    if (performance.now() > until) throw new Error(`${source} stays ${health.status}: ${health.message}`);
    await sleep(100);
  }
}

/** Milliseconds from the first word of the peer to the INVITE. */
async function playRound(peer, farEnd, agent) {
  const arrival = once(farEnd, 'invite', { signal: AbortSignal.timeout(ROUND_TIMEOUT_MS) });
  const freedAt = performance.now();
  const [[{ arrivedAt, refuse }]] = await Promise.all([arrival, peer.set(agent, true)]);
  await peer.set(agent, false);
  refuse();
  await sleep(BETWEEN_ROUNDS_MS);
  return arrivedAt - freedAt;
}

async function playRounds(source, peer, farEnd) {
  const times = [];
  for (let turn = 0; turn < WARM_UP_ROUNDS + rounds; turn++) {
    try {
      times.push(await playRound(peer, farEnd, turn % agents));
    } catch (cause) {
      const name = turn < WARM_UP_ROUNDS ? `round ${turn + 1} of the warm-up` : `round ${turn + 1 - WARM_UP_ROUNDS}`;
      const what = cause.name === 'AbortError' ? `no INVITE within ${ROUND_TIMEOUT_MS / 1000} s` : cause.message;
      throw new Error(`${source}, ${name}: ${what}`, { cause });
    }
  }
  const sorted = times.slice(WARM_UP_ROUNDS).sort((a, b) => a - b);
  return { p50: round(quantile(sorted, 0.5)), p99: round(quantile(sorted, 0.99)), max: round(sorted.at(-1)) };
}

/** Of a queue for which nobody is free until it gets another source: its reporter does not exist. */
async function storeCampaign(database, sipPort) {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  await storeBenchCampaign(pool, { leads: 5 * (WARM_UP_ROUNDS + rounds), sipPort, channels: 50 });
  await pool.query(
    `update queue set agent_source = jsonb_build_object('kind', 'PUSH', 'reporterId', gen_random_uuid())`,
  );
  await pool.end();
}

async function measure(source) {
  const database = await startDatabase();
  const farEnd = await new BusyPeer().start();
  let product;
  let peer;
  try {
    await storeCampaign(database, farEnd.port);
    product = await startProduct(database, { MAX_CALLS_PER_SECOND: '1000' });
    const master = await new Client(product.url).login('master', MASTER_PASSWORD);
    const { id, version } = await readQueue(master);
    const useSource = (agentSource) => master.ask(USE_SOURCE, { input: { id, version, agentSource } });
    peer = await PEERS[source]({ agents, farEnd, queueId: id, master, useSource });
    await untilSynced(source, master);
    return await playRounds(source, peer, farEnd);
  } finally {
    await product?.end();
    peer?.close();
    farEnd.close();
    await database.stop();
  }
}

const freedToInviteMs = {};
for (const source of sources) freedToInviteMs[source] = await measure(source);
console.log(JSON.stringify({ bench: 'agents', rounds, agents, goalP99Ms: GOAL_P99_MS, freedToInviteMs }));
if (Object.values(freedToInviteMs).some(({ p99 }) => p99 > GOAL_P99_MS)) process.exitCode = 1;
