// Many clients on `campaignCounters` in a process of their own; told what to do, and asked for what they saw, by messages.
import { WebSocket } from 'ws';

const QUERY = `subscription ($id: ID!) { campaignCounters(campaignId: $id) { at leads { total success } inFlight { total } attempts } }`;
const CONNECTING_AT_ONCE = 50;
let seen = [];
let closed = 0;
let isCounting = false;

const now = () => performance.timeOrigin + performance.now();

function connect({ url, token, campaignId, reads }) {
  return new Promise((done, failed) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const watch = { last: -1 };
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { token } })));
    socket.on('error', failed);
    socket.on('close', () => closed++);
    socket.on('message', (data) => {
      const at = now();
      const text = data.toString();
      if (text.includes('"ping"')) return socket.send('{"type":"pong"}');
      if (text.includes('connection_ack')) {
        return socket.send(
          JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY, variables: { id: campaignId } } }),
        );
      }
      const success = Number(/"success":(\d+)/.exec(text)?.[1] ?? -1);
      if (watch.last < 0) {
        if (!reads) socket.pause();
        done();
      }
      if (isCounting && success > watch.last) seen.push([watch.last, success, at]);
      watch.last = success;
    });
  });
}

process.on('message', async (message) => {
  if (message.type === 'connect') {
    for (let begun = 0; begun < message.clients; begun += CONNECTING_AT_ONCE) {
      const some = Math.min(CONNECTING_AT_ONCE, message.clients - begun);
      await Promise.all(Array.from({ length: some }, () => connect(message)));
    }
    process.send({ type: 'connected' });
  }
  if (message.type === 'count') {
    seen = [];
    isCounting = true;
  }
  if (message.type === 'report') {
    isCounting = false;
    process.send({ type: 'seen', seen, closed });
  }
  if (message.type === 'end') process.exit(0);
});
