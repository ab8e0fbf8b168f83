import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { SipSockets } from '../../src/engine/sip/transport/sip-sockets.js';
import type { SipAddress } from '../../src/engine/sip/transport/sip-socket.js';
import { answeredCall, expectAnswer, expectFailure } from '../support/answered-call.js';
import { FakeClock } from '../support/fake-clock.js';
import { type PhoneMessage, ScriptedPhone } from '../support/scripted-phone.js';
import { openBench, type SipBench } from '../support/sip-bench.js';
import { openTestSockets, optionsText, socketOf } from '../support/sip-sockets-bench.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const openTcpBench = async (): Promise<SipBench> => {
  const bench = await openBench({}, {}, { transport: 'TCP' });
  closing.push(() => bench.close());
  return bench;
};

const openPhone = async (): Promise<ScriptedPhone> => {
  const phone = await ScriptedPhone.open({ transport: 'TCP' });
  closing.push(() => phone.close());
  return phone;
};

const openSockets = async (over: Parameters<typeof openTestSockets>[0] = {}): Promise<SipSockets> => {
  const sockets = await openTestSockets(over);
  closing.push(() => sockets.close());
  return sockets;
};

/** The port that the dialer listens on, as its Contact says. */
const listeningPort = (invite: PhoneMessage): number => Number(/:(\d+);/.exec(invite.header('Contact'))?.[1]);

const asNewConnection = (invite: PhoneMessage): PhoneMessage => ({
  ...invite,
  from: { address: '127.0.0.1', port: listeningPort(invite) },
});

const isKeepAlive = ({ raw }: PhoneMessage): boolean => raw.trim() === '';

describe('calls over TCP', () => {
  test('are placed, answered and ended over one connection, and nothing is sent twice', async () => {
    const bench = await openTcpBench();
    const { phone, telephony } = bench;
    for (let n = 1; n <= 3; n++) {
      const outbound = bench.call();
      const invite = await phone.next('INVITE');
      expect(invite.header('Via')).toMatch(/^SIP\/2\.0\/TCP 127\.0\.0\.1:\d+;branch=z9hG4bK/);
      expect(invite.header('Contact')).toMatch(/^<sip:\w+@127\.0\.0\.1:\d+;transport=tcp>$/);
      phone.reply(invite, 180);
      phone.reply(invite, 200, { sdp: true });
      const answer = await expectAnswer(outbound.answerOrFailure);
      expect(outbound.ringing()).toBe(1);
      await phone.next('ACK');
      await answer.hangUp();
    }
    expect(phone.accepted).toBe(1);
    expect(telephony.counters).toMatchObject({ retransmissions: 0, malformed: 0, unrouted: 0, sendErrors: 0 });
  });

  test('are ended by the peer over the connection that the dialer has opened', async () => {
    const bench = await openTcpBench();
    const { answer, invite } = await answeredCall(bench);
    bench.phone.request('BYE', invite);
    await bench.phone.next(200);
    expect(await answer.ended).toMatchObject({ by: 'callee' });
    expect(bench.phone.accepted).toBe(1);
  });

  test('outlive the loss of their connection: the peer ends them over one of its own', async () => {
    const bench = await openTcpBench();
    const { answer, invite } = await answeredCall(bench);
    const lost = bench.phone.dropped(invite.from.port);
    bench.phone.drop();
    await lost;
    bench.phone.request('BYE', asNewConnection(invite));
    expect((await bench.phone.next(200)).cseqMethod).toBe('BYE');
    expect(await answer.ended).toMatchObject({ by: 'callee' });
  });

  test('go over a new connection after one was lost', async () => {
    const bench = await openTcpBench();
    const { answer, invite } = await answeredCall(bench);
    const lost = bench.phone.dropped(invite.from.port);
    bench.phone.drop();
    await lost;
    // The dialer may not have seen the loss yet; the BYE comes through all the same.
    await answer.hangUp();
    const next = await answeredCall(bench);
    await next.answer.hangUp();
    expect(bench.phone.accepted).toBe(2);
  });

  test('fail by the transport where nobody listens', async () => {
    const bench = await openTcpBench();
    await bench.phone.close();
    closing.pop();
    closing.push(() => bench.telephony.close());
    expect(await expectFailure(bench.call().answerOrFailure)).toMatchObject({ localCause: 'transport' });
  });
});

describe('a request within a call over UDP', () => {
  test('may come over TCP, and is answered there', async () => {
    const phone = await openPhone();
    const sockets = await openSockets();
    const [udp, tcp] = [socketOf(sockets, 'UDP'), socketOf(sockets, 'TCP')];
    const destination = { host: '127.0.0.1', port: phone.port };
    udp.attach(
      'outdial---1',
      {
        receive: (text) => {
          const answer = text.replace(/^.*/, 'SIP/2.0 200 OK').replace(/\r\nMax-Forwards.*/, '');
          udp.send(answer, destination).catch(() => undefined);
          return true;
        },
      },
      destination,
    );
    const request = optionsText(tcp, 'outdial---1-x').replace('To: <sip:phone@127.0.0.1>', '$&;tag=us');
    phone.send(request, tcp.advertised.port);
    expect((await phone.next(200)).header('Call-ID')).toBe('outdial---1-x');
    expect(phone.accepted).toBe(0);
  });
});

describe('a connection that a peer has opened', () => {
  test('has its pings answered', async () => {
    const phone = await openPhone();
    const { port } = socketOf(await openSockets(), 'TCP').advertised;
    phone.send('\r\n\r\n', port);
    expect((await phone.next(isKeepAlive)).raw).toBe('\r\n');
  });

  test('is closed when it brings no SIP', async () => {
    const phone = await openPhone();
    const sockets = await openSockets();
    const { port } = socketOf(sockets, 'TCP').advertised;
    phone.send(Uint8Array.from([0x16, 0x03, 0x01, 0x00]), port);
    await phone.dropped(port);
    expect(sockets.counters.malformed).toBe(1);
  });

  test('is closed after the refusal of a message of unknown length', async () => {
    const phone = await openPhone();
    const socket = socketOf(await openSockets(), 'TCP');
    phone.send(optionsText(socket, 'unknown').replace(/Content-Length: 0/, 'l: -1'), socket.advertised.port);
    expect((await phone.next(400)).header('Call-ID')).toBe('unknown');
    await phone.dropped(socket.advertised.port);
  });

  test('is closed when it says nothing for two minutes', async () => {
    const clock = new FakeClock(new Date());
    const phone = await openPhone();
    const { port } = socketOf(await openSockets({ clock }), 'TCP').advertised;
    phone.send('\r\n\r\n', port);
    await phone.next(isKeepAlive);
    await clock.advance(119_000);
    phone.send('\r\n\r\n', port);
    await phone.next(isKeepAlive);
    await clock.advance(119_000);
    phone.send('\r\n\r\n', port);
    await phone.next(isKeepAlive);
    await clock.advance(120_000);
    await phone.dropped(port);
  });

  test('is refused when its host has 32', async () => {
    const { port } = socketOf(await openSockets(), 'TCP').advertised;
    const held: Socket[] = [];
    closing.push(() => held.forEach((socket) => socket.destroy()));
    for (let n = 0; n < 32; n++) {
      const socket = connect({ host: '127.0.0.1', port });
      held.push(socket);
      // In turn, so that none is a 33rd by chance.
      socket.write('\r\n\r\n');
      await once(socket, 'data');
    }
    const refused = connect({ host: '127.0.0.1', port });
    held.push(refused);
    await once(refused, 'close');
    held[0]?.destroy();
  });
});

describe('a connection to a server', () => {
  const toPhone = (phone: ScriptedPhone): SipAddress => ({ host: '127.0.0.1', port: phone.port });
  const receiver = { receive: () => true };

  test('is kept up by pings, and given up if a server that used to answer them does not any more', async () => {
    const clock = new FakeClock(new Date());
    const phone = await openPhone();
    const socket = socketOf(await openSockets({ clock }), 'TCP');
    socket.attach('outdial---1', receiver, toPhone(phone));
    const lost = new Promise<SipAddress>((resolve) => socket.onConnectionLost(resolve));
    await socket.send(optionsText(socket, 'a'), toPhone(phone));
    const { from } = await phone.next('OPTIONS');
    await clock.advance(30_000);
    expect((await phone.next(isKeepAlive)).raw).toBe('\r\n\r\n');
    phone.send('\r\n', from.port);
    // The pong is there when what was sent after it is.
    phone.send(optionsText(socket, 'b').replace(/OPTIONS/g, 'PUBLISH'), from.port);
    await phone.next(405);
    await clock.advance(10_000);
    await clock.advance(30_000);
    await phone.next(isKeepAlive);
    await clock.advance(10_000);
    expect(await lost).toEqual(toPhone(phone));
  });

  test('is given up if the server sends nothing for 32 s after a request', async () => {
    const clock = new FakeClock(new Date());
    const phone = await openPhone();
    const socket = socketOf(await openSockets({ clock }), 'TCP');
    const lost = new Promise<SipAddress>((resolve) => socket.onConnectionLost(resolve));
    await socket.send(optionsText(socket, 'a'), toPhone(phone));
    await phone.next('OPTIONS');
    await clock.advance(32_000);
    expect(await lost).toEqual(toPhone(phone));
  });

  test('is reported lost when the server ends it, and opened again by the next request', async () => {
    const phone = await openPhone();
    const socket = socketOf(await openSockets(), 'TCP');
    const lost = new Promise<SipAddress>((resolve) => socket.onConnectionLost(resolve));
    await socket.send(optionsText(socket, 'a'), toPhone(phone));
    await phone.next('OPTIONS');
    phone.drop();
    expect(await lost).toEqual(toPhone(phone));
    await socket.send(optionsText(socket, 'b'), toPhone(phone));
    await phone.next('OPTIONS');
    expect(phone.accepted).toBe(2);
  });

  test('ends, and is not reported lost, when its last user agent is gone', async () => {
    const phone = await openPhone();
    const socket = socketOf(await openSockets(), 'TCP');
    let losses = 0;
    socket.onConnectionLost(() => losses++);
    const detach = [1, 2].map((n) => socket.attach(`outdial---${n}`, receiver, toPhone(phone)));
    await socket.send(optionsText(socket, 'a'), toPhone(phone));
    const { from } = await phone.next('OPTIONS');
    detach[0]?.();
    await socket.send(optionsText(socket, 'b'), toPhone(phone));
    await phone.next('OPTIONS');
    detach[1]?.();
    await phone.dropped(from.port);
    expect({ losses, accepted: phone.accepted }).toEqual({ losses: 0, accepted: 1 });
  });

  test('is opened for an answer whose own connection is gone, to where the Via says', async () => {
    const phone = await openPhone();
    const socket = socketOf(await openSockets(), 'TCP');
    const gone = `Via: SIP/2.0/TCP 127.0.0.1:${phone.port};branch=z9hG4bKx;received=127.0.0.1;rport=9\r\n`;
    const text = optionsText(socket, 'x').replace(/^.*\r\nVia:.*\r\n/, `SIP/2.0 200 OK\r\n${gone}`);
    await socket.send(text, { host: '127.0.0.1', port: 9 });
    expect((await phone.next(200)).header('Call-ID')).toBe('x');
  });

  test('is given up with a clear text if the server does not read', async () => {
    const stalled: Socket[] = [];
    const server: Server = createServer((socket) => stalled.push(socket.pause().on('error', () => undefined)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => {
      for (const socket of stalled) socket.destroy();
      server.close();
    });
    const { port } = server.address() as { port: number };
    const socket = socketOf(await openSockets(), 'TCP');
    const texts = Array.from({ length: 400 }, (_, n) => optionsText(socket, String(n), 'x'.repeat(50_000)));
    const results = await Promise.allSettled(texts.map((text) => socket.send(text, { host: '127.0.0.1', port })));
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
    expect(failures).not.toEqual([]);
    expect(new Set(failures)).toEqual(new Set(['Error: The peer does not read what is sent']));
  });

  test('that cannot be made rejects what was to be sent, and says why', async () => {
    const phone = await ScriptedPhone.open({ transport: 'TCP' });
    const destination = toPhone(phone);
    await phone.close();
    const socket = socketOf(await openSockets(), 'TCP');
    await expect(socket.send(optionsText(socket, 'a'), destination)).rejects.toThrow(
      'The server refuses the connection (ECONNREFUSED)',
    );
  });
});
