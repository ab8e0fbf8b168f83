import { afterEach, describe, expect, test } from '@jest/globals';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { expectAnswer } from '../support/answered-call.js';
import type { PhoneLinkOptions } from '../support/phone-link.js';
import { openBench, type SipBench } from '../support/sip-bench.js';

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);
if (!hasIpv6) process.stderr.write('SKIPPED: the tests over IPv6; this machine has no ::1\n');
const describeIpv6 = hasIpv6 ? describe : describe.skip;

let bench: SipBench | undefined;
afterEach(() => bench?.close());

const openRtp = async (host: '127.0.0.1' | '::1') => {
  const socket = createSocket(host === '::1' ? 'udp6' : 'udp4').bind(0, host);
  await once(socket, 'listening');
  return socket;
};

/** A call with audio, ended by the phone. */
const callOver = async (opened: SipBench, host: '127.0.0.1' | '::1', transport: string): Promise<void> => {
  const { phone } = opened;
  const [authority, sdpAddress] = host === '::1' ? ['[::1]', 'IN IP6 ::1'] : [host, `IN IP4 ${host}`];
  const rtp = await openRtp(host);
  const heard = once(rtp, 'message');
  const outbound = opened.call();
  const invite = await phone.next('INVITE');
  expect(invite.startLine).toContain(`@${authority}:${phone.port}`);
  expect(invite.header('Via')).toContain(`SIP/2.0/${transport} ${authority}:`);
  expect(invite.header('Contact')).toContain(`@${authority}:`);
  expect(invite.body).toContain(`\r\nc=${sdpAddress}\r\n`);
  phone.reply(invite, 180);
  phone.reply(invite, 200, { sdp: phone.sdp(rtp.address().port) });
  const answer = await expectAnswer(outbound.answerOrFailure);
  await phone.next('ACK');
  const [, from] = (await heard) as [Buffer, { address: string; port: number }];
  expect(from.address).toBe(host);
  expect(invite.body).toContain(`\r\nm=audio ${from.port} RTP/AVP `);
  phone.request('BYE', invite);
  expect((await phone.next(200)).header('Via')).toContain(`;received=${authority};`);
  expect(await answer.ended).toMatchObject({ by: 'callee' });
  rtp.close();
};

describeIpv6('an installation with an IPv6 address', () => {
  test.each<PhoneLinkOptions['transport']>(['UDP', 'TCP'])('calls a server over %s, with RTP', async (transport) => {
    bench = await openBench({ localHosts: ['::1'] }, {}, { transport, host: '::1' });
    await callOver(bench, '::1', transport);
  });
});

describeIpv6('an installation with an address of each family', () => {
  test.each(['127.0.0.1', '::1'] as const)('calls a server at %s, with RTP of the same family', async (host) => {
    bench = await openBench({ localHosts: ['127.0.0.1', '::1'] }, {}, { host });
    await callOver(bench, host, 'UDP');
  });

  test('tells others the addresses that it is told to tell', async () => {
    bench = await openBench(
      { localHosts: ['127.0.0.1', '::1'], advertisedHosts: ['2001:db8::17', '192.0.2.17'] },
      {},
      { host: '::1' },
    );
    bench.call();
    const invite = await bench.phone.next('INVITE');
    expect(invite.header('Via')).toContain(' [2001:db8::17]:');
    expect(invite.header('Contact')).toContain('@[2001:db8::17]:');
    expect(invite.body).toContain('\r\nc=IN IP6 2001:db8::17\r\n');
    bench.phone.reply(invite, 486);
    await bench.phone.next('ACK');
  });
});
