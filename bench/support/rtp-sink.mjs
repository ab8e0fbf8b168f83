// The yardstick for received audio: a process with as many UDP sockets as there are calls, which counts and does no more.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

process.on('message', async ({ sockets }) => {
  const ports = [];
  for (let opened = 0; opened < sockets; opened++) {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    socket.on('message', () => undefined);
    await once(socket, 'listening');
    ports.push(socket.address().port);
  }
  process.send({ ports });
});
