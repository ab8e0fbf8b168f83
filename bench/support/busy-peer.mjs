// A far end over UDP that refuses every call: when it is told to, or at once if nobody waits for a call.
import { createSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';

export const headerOf = (text, name) => new RegExp(`^${name}: *([^\\r]*)`, 'im').exec(text)?.[1] ?? '';

/**
 * Emits `invite` once for each call, with the moment of its arrival and what refuses it, and `subscribe` with the text of
 * the request and what accepts it.
 */
export class BusyPeer extends EventEmitter {
  #socket = createSocket('udp4');
  #calls = new Set();

  async start() {
    this.#socket.on('message', (bytes, { port }) => this.#receive(bytes.toString(), port));
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    return this;
  }

  get port() {
    return this.#socket.address().port;
  }

  send(text, port) {
    this.#socket.send(text, port, '127.0.0.1');
  }

  close() {
    this.#socket.close();
  }

  #receive(text, port) {
    const [method] = text.split(' ', 1);
    const answer = (status, lines = []) => {
      const kept = text.split('\r\n').filter((line) => /^(Via|From|Call-ID|CSeq):/i.test(line));
      const to = headerOf(text, 'To');
      kept.push(`To: ${/;tag=/.test(to) ? to : `${to};tag=busy`}`, ...lines, 'Content-Length: 0');
      this.send(`SIP/2.0 ${status}\r\n${kept.join('\r\n')}\r\n\r\n`, port);
    };
    if (method === 'OPTIONS') answer('200 OK');
    else if (method === 'SUBSCRIBE') this.emit('subscribe', { text, port, accept: (lines) => answer('200 OK', lines) });
    else if (method === 'INVITE') {
      const callId = headerOf(text, 'Call-ID');
      if (this.#calls.has(callId)) return;
      this.#calls.add(callId);
      const refuse = () => answer('486 Busy Here');
      if (!this.emit('invite', { arrivedAt: performance.now(), refuse })) refuse();
    }
  }
}
