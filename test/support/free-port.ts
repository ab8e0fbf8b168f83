import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

const FIRST_PORT = 10_000;
const PORTS = 10_000;

/**
 * A port of 127.0.0.1 for a process that cannot be given port 0, or that must come back to the same one; free for UDP and
 * TCP. It is below those that systems give to sockets that ask for any (from 32768 on with Linux), and below RTP_PORTS, so
 * that nobody gets it between this look and its use, nor while its process is restarted.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  const server = createServer();
  try {
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return false;
  } finally {
    socket.close();
    if (server.listening) {
      server.close();
      await once(server, 'close');
    }
  }
}
