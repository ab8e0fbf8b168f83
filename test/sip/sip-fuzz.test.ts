import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSdp } from '../../src/engine/sip/sdp.js';
import { repair } from '../../src/engine/sip/transport/inbound-repair.js';
import { readHead } from '../../src/engine/sip/transport/message-head.js';
import { answeredCall } from '../support/answered-call.js';
import type { PhoneMessage } from '../support/scripted-phone.js';
import { openBench, type SipBench } from '../support/sip-bench.js';

let bench: SipBench;
const escaped: unknown[] = [];
const onEscaped = (error: unknown): void => {
  escaped.push(error);
};
beforeAll(async () => {
  bench = await openBench({ noResponseTimeoutMs: 60_000 });
  process.on('uncaughtException', onEscaped).on('unhandledRejection', onEscaped);
});
afterAll(async () => {
  await bench.close();
  process.off('uncaughtException', onEscaped).off('unhandledRejection', onEscaped);
});

/** One mutilation of a message: a piece cut out, doubled, or replaced by something harmful. */
const mutilate = (text: string, at: number, length: number, by: string): string => {
  const start = Math.floor(at * text.length);
  return text.slice(0, start) + by + text.slice(start + length);
};
const harm = fc.oneof(
  fc.constantFrom(
    '',
    '\r\n',
    '\r\n\r\n',
    '\0',
    '%',
    '<',
    '>',
    '"',
    ';',
    ',',
    ':',
    '@',
    '-1',
    '999',
    '99999999999999999999',
    '\u00e4',
    'SIP/2.0',
    ' ',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const mutilation = fc.record({
  kind: fc.nat({ max: 8 }),
  cuts: fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat({ max: 30 }), by: harm }), {
    minLength: 1,
    maxLength: 3,
  }),
});

const messagesFor = (invite: PhoneMessage, port: number): string[] => {
  const line = (name: string): string => `${name}: ${invite.header(name)}`;
  const response = (status: string, cseq = invite.header('CSeq')): string =>
    [
      `SIP/2.0 ${status}`,
      line('Via'),
      line('From'),
      `To: ${invite.header('To')};tag=phone`,
      line('Call-ID'),
      `CSeq: ${cseq}`,
      `Contact: <sip:p@127.0.0.1:${port}>`,
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
  const request = (method: string): string =>
    [
      `${method} sip:outdial@127.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bKf${Math.random()};rport`,
      `From: ${invite.header('To')};tag=phone`,
      `To: ${invite.header('From')}`,
      line('Call-ID'),
      `CSeq: ${Math.floor(Math.random() * 1e6)} ${method}`,
      `Contact: <sip:p@127.0.0.1:${port}>`,
      'Event: refer;id=2',
      'Subscription-State: active',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
  return [
    response('180 Ringing'),
    response('183 Progress'),
    response('999 Odd'),
    response('401 No'),
    response('200 OK', '2 REFER'),
    request('NOTIFY'),
    request('INFO'),
    request('PRACK'),
    request('INVITE'),
  ];
};

describe('mutilated packets', () => {
  test('never bring the process down, and a call works afterwards', async () => {
    const call = bench.call();
    const ringing = await bench.phone.next('INVITE');
    // Without any answer the INVITE would come again, and be taken for that of the next call.
    bench.phone.reply(ringing, 100);
    const { answer, invite } = await answeredCall(bench);
    const { localPort, counters } = bench.telephony;
    for (const { kind, cuts } of fc.sample(mutilation, { numRuns: 3_000, seed: 4_242 })) {
      const message = messagesFor(kind % 2 === 0 ? ringing : invite, bench.phone.port)[kind] ?? '';
      bench.phone.send(
        cuts.reduce((text, { at, length, by }) => mutilate(text, at, length, by), message),
        localPort,
      );
      if (kind === 0) await new Promise(setImmediate);
    }
    for (let n = 0; n < 500; n++) {
      bench.phone.send(
        Uint8Array.from({ length: n % 200 }, (_, at) => (at * 7919 + n * 104_729) & 0xff),
        localPort,
      );
    }
    const next = await answeredCall(bench);
    await next.answer.hangUp();
    expect(counters.received).toBeGreaterThan(1_000);
    // sip.js did throw, and it stayed in the socket.
    expect(counters.rejected).toBeGreaterThan(0);
    expect(escaped).toEqual([]);
    call.cancel('campaign-stopped');
    await answer.hangUp();
  });

  test('are read without an exception by everything before sip.js', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (noise) => {
        const text = `SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=1\r\nFrom: a\r\nTo: b\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n${noise}\r\n\r\n`;
        for (const raw of [noise, text]) {
          const head = readHead(raw);
          if (head) repair(head, { host: '127.0.0.1', port: 1 });
          readSdp(raw);
        }
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });
});
