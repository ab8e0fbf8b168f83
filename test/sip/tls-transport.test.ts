import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect as connectTcp, createServer } from 'node:net';
import { connect, type TlsOptions } from 'node:tls';
import type { SipTlsOptions } from '../../src/engine/sip/transport/stream-transport.js';
import { answeredCall, expectAnswer, expectFailure } from '../support/answered-call.js';
import { type PhoneMessage, ScriptedPhone } from '../support/scripted-phone.js';
import { openBench, type SipBench } from '../support/sip-bench.js';
import { openTestSockets, optionsText, socketOf } from '../support/sip-sockets-bench.js';

const file = (name: string): string => readFileSync(new URL(`../fixtures/dnc/${name}`, import.meta.url), 'utf8');
const authorities = file('authority.pem');
const certificateOf = (name: string): { cert: string; key: string } => ({
  cert: file(`${name}.pem`),
  key: file(`${name}.key`),
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const openTlsBench = async (tls: SipTlsOptions): Promise<SipBench> => {
  const bench = await openBench({ tls }, {}, { transport: 'TLS', tls: certificateOf('good') });
  closing.push(() => bench.close());
  return bench;
};

/** What comes of a request to a server with this certificate, under this name. */
const ask = async (server: TlsOptions, serverName: string, tls: SipTlsOptions = { port: 0, authorities }) => {
  const phone = await ScriptedPhone.open({ transport: 'TLS', tls: server });
  const sockets = await openTestSockets({ tls });
  closing.push(() => Promise.all([phone.close(), sockets.close()]));
  const socket = socketOf(sockets, 'TLS');
  await socket.send(optionsText(socket, 'a'), { host: '127.0.0.1', port: phone.port, serverName });
  return phone.next('OPTIONS');
};

describe('calls over TLS', () => {
  test('are placed, answered and ended over one connection', async () => {
    const bench = await openTlsBench({ port: 0, authorities });
    const { phone, telephony } = bench;
    for (let n = 1; n <= 2; n++) {
      const outbound = bench.call();
      const invite = await phone.next('INVITE');
      expect(invite.header('Via')).toMatch(/^SIP\/2\.0\/TLS 127\.0\.0\.1:\d+;branch=z9hG4bK/);
      expect(invite.header('Contact')).toMatch(/;transport=tls>$/);
      phone.reply(invite, 180);
      phone.reply(invite, 200, { sdp: true });
      const answer = await expectAnswer(outbound.answerOrFailure);
      await phone.next('ACK');
      await answer.hangUp();
    }
    expect(phone.accepted).toBe(1);
    expect(telephony.counters).toMatchObject({ retransmissions: 0, malformed: 0, sendErrors: 0 });
  });

  test('are ended by the peer over the connection that the dialer has opened, where nothing listens', async () => {
    const bench = await openTlsBench({ port: 0, authorities });
    const { answer, invite } = await answeredCall(bench);
    bench.phone.request('BYE', invite);
    await bench.phone.next(200);
    expect(await answer.ended).toMatchObject({ by: 'callee' });
  });

  test('are ended by the peer over one of its own, where a certificate is configured', async () => {
    const bench = await openTlsBench({ port: 0, authorities, certificate: certificateOf('good') });
    const { answer, invite } = await answeredCall(bench);
    const port = Number(/:(\d+);/.exec(invite.header('Contact'))?.[1]);
    const peer = connect({ host: '127.0.0.1', port, servername: 'localhost', ca: authorities });
    closing.push(() => peer.destroy());
    await once(peer, 'secureConnect');
    peer.write(byeOf(invite));
    const [answered] = (await once(peer, 'data')) as [Buffer];
    expect(answered.toString()).toMatch(/^SIP\/2\.0 200 /);
    expect(await answer.ended).toMatchObject({ by: 'callee' });
  });

  test('fail by the transport where the certificate is not trusted, and the line says so', async () => {
    const bench = await openTlsBench({ port: 0 });
    for (let n = 0; n < 5; n++) {
      expect(await expectFailure(bench.call().answerOrFailure)).toMatchObject({ localCause: 'transport' });
    }
    expect(bench.telephony.lines()[0]?.health).toMatchObject({
      state: 'BACKING_OFF',
      message: expect.stringContaining("The server's certificate is of an unknown authority"),
    });
  });
});

describe('the certificate of a server', () => {
  test.each(['localhost', '127.0.0.1', ''])('is good for %p', async (name) => {
    expect((await ask(certificateOf('good'), name)).method).toBe('OPTIONS');
  });

  test.each([
    ['is for another name', 'other', 'localhost', /is for another name \(ERR_TLS_CERT_ALTNAME_INVALID\)$/],
    ['is not for the name that the operator wrote', 'good', 'sip.example', /is for another name/],
    ['has expired', 'expired', 'localhost', /has expired \(CERT_HAS_EXPIRED\)$/],
  ])('is refused if it %s', async (_what, certificate, name, text) => {
    await expect(ask(certificateOf(certificate), name)).rejects.toThrow(text);
  });

  test('is refused if nobody known has signed it', async () => {
    await expect(ask(certificateOf('good'), 'localhost', { port: 0 })).rejects.toThrow(/of an unknown authority/);
  });

  test('is refused if it is for an older TLS than 1.2', async () => {
    const old: TlsOptions = {
      ...certificateOf('good'),
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL@SECLEVEL=0',
    };
    await expect(ask(old, 'localhost')).rejects.toThrow(/speaks no TLS 1\.2 or newer/);
  });

  test('is asked for in vain where a server does not speak TLS', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).end('SIP/2.0 400 Bad Request\r\n\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const sockets = await openTestSockets();
    closing.push(
      () => sockets.close(),
      () => server.close(),
    );
    const socket = socketOf(sockets, 'TLS');
    const { port } = server.address() as AddressInfo;
    await expect(socket.send(optionsText(socket, 'a'), { host: '127.0.0.1', port })).rejects.toThrow(
      /does not speak TLS on this port/,
    );
  });
});

describe('our own certificate', () => {
  test('is shown to a server that asks for one', async () => {
    const server = { ...certificateOf('good'), requestCert: true, rejectUnauthorized: true, ca: authorities };
    const request = await ask(server, 'localhost', { port: 0, authorities, certificate: certificateOf('good') });
    expect(request.method).toBe('OPTIONS');
  });

  test('that does not fit its key is refused at the start', async () => {
    const certificate = { cert: file('good.pem'), key: file('other.key') };
    await expect(openTestSockets({ tls: { port: 0, certificate } })).rejects.toThrow(/key values mismatch/);
  });

  test('is renewed for connections from then on, and one without its key changes nothing', async () => {
    const bench = await openTlsBench({ port: 0, authorities, certificate: certificateOf('good') });
    const { answer, invite } = await answeredCall(bench);
    const port = Number(/:(\d+);/.exec(invite.header('Contact'))?.[1]);
    const shown = async (): Promise<Date> => {
      const peer = connect({
        host: '127.0.0.1',
        port,
        servername: 'localhost',
        ca: authorities,
        rejectUnauthorized: false,
      });
      closing.push(() => peer.destroy());
      await once(peer, 'secureConnect');
      return new Date(peer.getPeerCertificate().valid_to);
    };
    const before = await shown();
    expect(() => bench.telephony.useCertificate({ cert: file('expired.pem'), key: file('good.key') })).toThrow(
      /key values mismatch/,
    );
    expect(await shown()).toEqual(before);
    bench.telephony.useCertificate(certificateOf('expired'));
    expect(await shown()).not.toEqual(before);
    await answer.hangUp();
  });

  test('is not waited for by a peer that connects and does not shake hands', async () => {
    const sockets = await openTestSockets({ tls: { port: 0, certificate: certificateOf('good') } });
    const silent = connectTcp({ host: '127.0.0.1', port: socketOf(sockets, 'TLS').advertised.port });
    await once(silent, 'connect');
    const ended = once(silent, 'close');
    await sockets.close();
    await ended;
  });
});

const byeOf = (invite: PhoneMessage): string =>
  [
    `BYE ${/<([^>]+)>/.exec(invite.header('Contact'))?.[1] ?? ''} SIP/2.0`,
    'Via: SIP/2.0/TLS 127.0.0.1:5061;branch=z9hG4bKbye',
    `From: ${invite.header('To')};tag=phone`,
    `To: ${invite.header('From')}`,
    `Call-ID: ${invite.header('Call-ID')}`,
    'CSeq: 100 BYE',
    'Max-Forwards: 70',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
