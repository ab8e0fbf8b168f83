// Stands before the product and lets everything through, but each `campaignCounters` that the product answers goes on by
// itself when it is told to: with the counters of a campaign that is dialed, four a second of a time that runs faster.
import { createServer, request } from 'node:http';
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';

const MESSAGES_PER_SECOND = 4;
const STEP_MS = 1000 / MESSAGES_PER_SECOND;
const PROTOCOL = 'graphql-transport-ws';

export async function startHourRelay(target) {
  const { hostname, port } = new URL(target);
  const streams = new Map();
  const server = createServer((from, to) => {
    const onward = request({ hostname, port, path: from.url, method: from.method, headers: from.headers }, (answer) => {
      to.writeHead(answer.statusCode, answer.headers);
      answer.pipe(to);
    });
    from.pipe(onward);
  });
  const sockets = new WebSocketServer({ server, handleProtocols: () => PROTOCOL });
  sockets.on('connection', (client, { url, headers }) => {
    const { cookie, origin, host } = headers;
    const upstream = new WebSocket(`ws://${hostname}:${port}${url}`, PROTOCOL, { headers: { cookie, origin, host } });
    const waiting = [];
    client.on('message', (data) => {
      if (upstream.readyState === WebSocket.OPEN) upstream.send(String(data));
      else waiting.push(String(data));
    });
    upstream.on('open', () => {
      for (const text of waiting) upstream.send(text);
    });
    upstream.on('message', (data) => {
      const message = JSON.parse(String(data));
      const counters = message.payload?.data?.campaignCounters;
      if (message.type === 'next' && counters) streams.set(message.id, { client, counters });
      client.send(String(data));
    });
    upstream.on('close', (code) => client.close(code === 1005 || code === 1006 ? 1001 : code));
    upstream.on('error', () => client.terminate());
    client.on('close', () => {
      for (const [id, stream] of streams) if (stream.client === client) streams.delete(id);
      upstream.close();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** Sends the counters of `hours` within `seconds`; resolves with the number of messages that were sent. */
    async run({ hours, seconds }) {
      const total = hours * 3600 * MESSAGES_PER_SECOND;
      const start = performance.now();
      let sent = 0;
      let messages = 0;
      while (sent < total) {
        const due = Math.min(total, Math.floor(((performance.now() - start) / 1000 / seconds) * total));
        for (; sent < due; sent++) {
          for (const [id, { client, counters }] of streams) {
            const payload = { data: { campaignCounters: later(counters, sent + 1) } };
            client.send(JSON.stringify({ id, type: 'next', payload }));
            messages++;
          }
        }
        await new Promise((done) => setTimeout(done, 4));
      }
      return messages;
    },
    async close() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The counters `step` messages on: one call in two messages, of which seven in ten are transferred. */
function later(counters, step) {
  const attempts = Math.floor(step / 2);
  const transferred = Math.floor(attempts * 0.7);
  const { leads } = counters;
  return {
    ...counters,
    at: new Date(Date.parse(counters.at) + step * STEP_MS).toISOString(),
    ...{ attempts, answered: transferred, transferred, callsPerMinute: 110 + (step % 20), freeAgents: step % 7 },
    leads: { ...leads, success: transferred, busy: attempts - transferred, notCalled: leads.total - attempts },
  };
}
