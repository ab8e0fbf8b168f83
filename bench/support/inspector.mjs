// Looks into a running product over Node's inspector: its heap after a full collection, and what it holds open.
import { createServer } from 'node:net';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { WebSocket } from 'ws';

/** A free port for `--inspect=127.0.0.1:PORT`. */
export async function freeInspectorPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

export async function inspect(port, pid) {
  const [target] = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await once(socket, 'open');
  const waiting = new Map();
  let sent = 0;
  socket.on('message', (data) => {
    const { id, result } = JSON.parse(data.toString());
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  const ask = (method, params = {}) =>
    new Promise((done) => {
      waiting.set(++sent, done);
      socket.send(JSON.stringify({ id: sent, method, params }));
    });
  return {
    /** Heap in megabytes after a full collection, and counts of timers, UDP sockets and descriptors. */
    async look() {
      await ask('HeapProfiler.collectGarbage');
      const expression = 'JSON.stringify([process.memoryUsage().heapUsed, process.getActiveResourcesInfo()])';
      const { result } = await ask('Runtime.evaluate', { expression });
      const [heapBytes, resources] = JSON.parse(result.value);
      const count = (type) => resources.filter((each) => each === type).length;
      return {
        heapMb: Math.round(heapBytes / 100_000) / 10,
        timers: count('Timeout'),
        udpSockets: count('UDPWrap'),
        descriptors: readdirSync(`/proc/${pid}/fd`).length,
      };
    },
    close: () => socket.close(),
  };
}
