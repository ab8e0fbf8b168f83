// How long it takes from an agent who frees up to the INVITE on the wire: a scripted manager interface tells that a member
// of the queue is free, the product dials with its database, and a UDP socket takes the INVITE and says busy.
//
//   npm run bench -- agents [--rounds 300] [--agents 20]
//
// Prints one JSON line. A round: the member becomes free, the INVITE arrives, the member becomes busy.
import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { storeBenchCampaign } from './support/campaign.mjs';
import { quantile } from './support/processes.mjs';
import { round, startDatabase, startProduct } from './support/product.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { rounds: { type: 'string', default: '300' }, agents: { type: 'string', default: '20' } },
});
const rounds = Number(values.rounds);
const agents = Number(values.agents);
const QUEUE = 'sales';
const WARM_UP_ROUNDS = 20;

const encode = (fields) =>
  `${Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}\r\n`)
    .join('')}\r\n`;

/** What the product asks of a manager interface, with members who are all in use at first. */
async function startAmi() {
  const members = Array.from({ length: agents }, (_, index) => ({ id: `PJSIP/${100 + index}`, status: 2 }));
  const sockets = new Set();
  const stateOf = ({ status }) => ({ Status: status, Paused: 0, InCall: 0, LastCall: 0, Wrapuptime: 0 });
  const act = (say, { Action, ActionID, Variable = '' }) => {
    const reply = (fields) => say({ Response: 'Success', ActionID, ...fields });
    if (Action === 'Challenge') reply({ Challenge: '1' });
    else if (Action === 'Login') reply({ Message: 'Authentication accepted' });
    else if (Action === 'Ping') reply({ Ping: 'Pong', Timestamp: Date.now() / 1000 });
    else if (Action === 'Getvar' && Variable.startsWith('QUEUE_EXISTS')) reply({ Value: 1 });
    else if (Action === 'Getvar') reply({ Value: members.filter(({ status }) => status === 1).length });
    else if (Action === 'QueueStatus') {
      reply({ EventList: 'start' });
      for (const member of members) {
        say({ Event: 'QueueMember', ActionID, Queue: QUEUE, Name: member.id, Location: member.id, ...stateOf(member) });
      }
      say({ Event: 'QueueStatusComplete', ActionID, EventList: 'Complete' });
    }
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.write('Asterisk Call Manager/12.0.0\r\n');
    let rest = '';
    socket.on('data', (bytes) => {
      const blocks = (rest + bytes).split('\r\n\r\n');
      rest = blocks.pop();
      for (const block of blocks) {
        act(
          (fields) => socket.write(encode(fields)),
          Object.fromEntries(block.split('\r\n').map((line) => line.split(': '))),
        );
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: server.address().port,
    set(index, status) {
      const member = members[index % agents];
      member.status = status;
      const names = { MemberName: member.id, Interface: member.id };
      const event = encode({ Event: 'QueueMemberStatus', Queue: QUEUE, ...names, ...stateOf(member) });
      for (const socket of sockets) socket.write(event);
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Everybody is busy. `next` resolves with the moment at which the next call's INVITE arrives. */
async function startFarEnd() {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const seen = new Set();
  let arrived = () => undefined;
  socket.on('message', (bytes, { port, address }) => {
    const text = bytes.toString();
    if (text.startsWith('OPTIONS ') || text.startsWith('INVITE ')) {
      const kept = text.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/i.test(line));
      const status = text.startsWith('INVITE ') ? '486 Busy Here' : '200 OK';
      const lines = kept.map((line) => (/^To:/i.test(line) ? `${line};tag=busy` : line));
      socket.send(`SIP/2.0 ${status}\r\n${lines.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`, port, address);
    }
    const callId = /^Call-ID: *(.+)$/im.exec(text)?.[1];
    if (!text.startsWith('INVITE ') || seen.has(callId)) return;
    seen.add(callId);
    arrived(performance.now());
  });
  return {
    port: socket.address().port,
    next: () => new Promise((resolve) => (arrived = resolve)),
    close: () => socket.close(),
  };
}

const database = await startDatabase();
const ami = await startAmi();
const farEnd = await startFarEnd();
const pool = new pg.Pool({ connectionString: database.url, max: 1 });
pool.on('error', () => undefined);
let product;
try {
  await storeBenchCampaign(pool, { leads: 50 * (rounds + WARM_UP_ROUNDS), sipPort: farEnd.port, channels: 50 });
  const source = { kind: 'ASTERISK_AMI', host: '127.0.0.1', amiPort: ami.port, tls: false };
  const settings = { ...source, username: 'outdial', queueName: QUEUE, wrapUpSeconds: 0 };
  await pool.query("update queue set agent_source = $1, agent_source_secret = 'bench'", [JSON.stringify(settings)]);
  product = await startProduct(database, { MAX_CALLS_PER_SECOND: '1000' });
  await sleep(2_000);
  const times = [];
  for (let turn = 0; turn < rounds + WARM_UP_ROUNDS; turn++) {
    const invite = farEnd.next();
    const freedAt = performance.now();
    ami.set(turn, 1);
    const invitedAt = await invite;
    ami.set(turn, 2);
    if (turn >= WARM_UP_ROUNDS) times.push(invitedAt - freedAt);
    // What was dialed for the agent who is gone again has ended before the next one frees up.
    await sleep(30);
  }
  times.sort((a, b) => a - b);
  const freedToInviteMs = Object.fromEntries(
    [0.5, 0.99, 1].map((q) => [q === 1 ? 'max' : `p${q * 100}`, round(quantile(times, q))]),
  );
  console.log(JSON.stringify({ bench: 'agents', rounds, agents, freedToInviteMs, goalP99Ms: 100 }));
} finally {
  await product?.end();
  await pool.end();
  ami.close();
  farEnd.close();
  await database.stop();
}
