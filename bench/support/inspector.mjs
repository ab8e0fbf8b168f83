// Looks into a running product over Node's inspector: the heap of each of its threads after a full collection, and what it
// holds open. Heap, timers and sockets are those of one thread; SIP and RTP are in the engine's.
import { createServer } from 'node:net';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { WebSocket } from 'ws';
import { memoryMb } from './processes.mjs';

/** A free port for `--inspect=127.0.0.1:PORT`. */
export async function freeInspectorPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks by `send`; answers come in by `hear`, which gives back what is no answer. */
function conversation(send) {
  const waiting = new Map();
  let sent = 0;
  return {
    ask: (method, params = {}) =>
      new Promise((done, failed) => {
        waiting.set(++sent, { done, failed });
        send(JSON.stringify({ id: sent, method, params }));
      }),
    hear(text) {
      const { id, result, error, ...event } = JSON.parse(text);
      const asked = waiting.get(id);
      waiting.delete(id);
      if (error) asked?.failed(new Error(error.message));
      else asked?.done(result);
      return event;
    },
  };
}

/** Heap in megabytes after a full collection, and counts of timers and UDP sockets. */
async function lookAt({ ask }) {
  await ask('HeapProfiler.collectGarbage');
  const expression = 'JSON.stringify([process.memoryUsage().heapUsed, process.getActiveResourcesInfo()])';
  const { result } = await ask('Runtime.evaluate', { expression });
  const [heapBytes, resources] = JSON.parse(result.value);
  const count = (type) => resources.filter((each) => each === type).length;
  return { heapMb: Math.round(heapBytes / 100_000) / 10, timers: count('Timeout'), udpSockets: count('UDPWrap') };
}

/** Rejects if the product has no thread for its engine, or more threads than that. */
export async function inspect(port, pid) {
  const [target] = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await once(socket, 'open');
  const api = conversation((text) => socket.send(text));
  const workers = new Map();
  socket.on('message', (data) => {
    const { method, params } = api.hear(data.toString());
    if (method === 'NodeWorker.attachedToWorker') {
      const { sessionId } = params;
      const send = (message) => void api.ask('NodeWorker.sendMessageToWorker', { sessionId, message });
      workers.set(sessionId, conversation(send));
    }
    if (method === 'NodeWorker.receivedMessageFromWorker') workers.get(params.sessionId)?.hear(params.message);
  });
  // Those that run are told of before the answer.
  await api.ask('NodeWorker.enable', { waitForDebuggerOnStart: false });
  const [engine, ...others] = workers.values();
  if (!engine || others.length > 0) throw new Error(`The product has ${workers.size} threads beside that of the API`);
  return {
    /** Of both threads, with resident memory in megabytes and descriptors of the whole process. */
    async look() {
      return {
        engine: await lookAt(engine),
        api: await lookAt(api),
        residentMb: memoryMb(pid),
        descriptors: readdirSync(`/proc/${pid}/fd`).length,
      };
    },
    close: () => socket.close(),
  };
}
