// A switch that dialers connect to: what they send are blocks of text, and each may be answered.
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * @param greeting what every connection begins with
 * @param separator what each block ends with
 * @param answer called with a block, and with what writes to its connection
 */
export async function startTcpPeer({ greeting, separator, answer }) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.write(greeting);
    let rest = '';
    socket.on('data', (bytes) => {
      const blocks = (rest + bytes).split(separator);
      rest = blocks.pop();
      for (const block of blocks) answer(block, (text) => socket.write(text));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: server.address().port,
    tell(text) {
      for (const socket of sockets) socket.write(text);
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
