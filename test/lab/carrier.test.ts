import { describe, expect, test } from '@jest/globals';
import { startLab } from '../../src/lab/index.js';
import { OUTCOME_PLANS, type Outcome } from '../../src/lab/outcomes.js';
import { offer, ScriptedCaller } from '../support/scripted-caller.js';
import { eventually, labAndCaller, PILOT } from './lab-fixture.js';

const numberFor = (outcome: Outcome): string => `+55419912345${OUTCOME_PLANS[outcome].lastDigits}`;

describe('outcomes', () => {
  test.each([
    ['BUSY', 486, 'Q.850;cause=17', false],
    ['DECLINED', 603, '', true],
    ['UNAVAILABLE', 480, 'Q.850;cause=20', false],
    ['NOT_FOUND', 404, 'Q.850;cause=1', true],
    ['CHANGED_NUMBER', 410, 'Q.850;cause=22', false],
    ['SERVICE_UNAVAILABLE', 503, '', false],
    ['BUSY_EVERYWHERE', 600, '', true],
    ['TIMES_OUT', 408, '', true],
    ['FORBIDDEN', 403, '', false],
    ['SERVER_ERROR', 500, '', false],
    ['NOT_ACCEPTABLE', 488, '', false],
    ['BLOCKED_BY_ANALYTICS', 603, 'SIP;cause=603;text="v=analytics1;url=https://redress.example/603"', false],
    ['UNWANTED', 607, '', true],
  ] as const)('%s is refused with %i', async (outcome, status, reason, rings) => {
    const { lab, caller } = await labAndCaller();
    const call = caller.invite(numberFor(outcome));
    const final = await call.final();
    call.ackRefusal();

    expect(final.status).toBe(status);
    expect(final.header('Reason')).toBe(reason);
    expect(caller.received[0]?.status).toBe(100);
    expect(caller.received.some((m) => m.status === 180 || m.status === 183)).toBe(rings);
    expect(lab.stats().played[outcome]).toBe(1);
    expect(lab.stats().callsNow).toBe(0);
  });

  test.each(['PERSON', 'VOICEMAIL', 'SILENCE', 'FAX'] as const)('%s answers with audio', async (outcome) => {
    const { lab, caller } = await labAndCaller();
    const call = caller.invite(numberFor(outcome));
    const ok = await call.answered();
    expect(ok.header('Content-Type')).toBe('application/sdp');
    expect(ok.header('Contact')).toContain(`@127.0.0.1:${lab.sipPort}`);
    await caller.until('RTP', () => caller.rtp[0]);

    expect((await call.bye()).status).toBe(200);
    expect((await call.bye()).status).toBe(481);
    await eventually('its stream is closed', () => lab.stats().rtp.streamsNow === 0);
  });

  test('somebody who hangs up at once sends BYE, but not before the ACK', async () => {
    const { lab, caller } = await labAndCaller({ t1Ms: 60 });
    const call = caller.invite(numberFor('HANGS_UP_AT_ONCE'));
    await call.waitFor(200);
    await caller.until('the 200 once more', () => caller.received.filter((m) => m.status === 200)[2]);
    expect(caller.received.some((m) => m.method === 'BYE')).toBe(false);
    call.ackAnswer();
    await call.waitFor('BYE');
    expect(lab.stats().callsNow).toBe(0);
  });

  test('a callee to whom nobody talks loses patience', async () => {
    const { caller } = await labAndCaller({ patienceMs: 30 });
    const call = caller.invite(numberFor('PERSON'));
    await call.answered();
    await call.waitFor('BYE');
  });

  test('no answer rings until CANCEL, which gets 200 and the INVITE 487', async () => {
    const { lab, caller } = await labAndCaller();
    const call = caller.invite(numberFor('NO_ANSWER'));
    await caller.waitFor('ringing', (m) => m.status === 180 || m.status === 183);
    call.cancel();
    await call.waitFor(200, (m) => m.method === 'CANCEL');
    expect((await call.final()).status).toBe(487);
    call.ackRefusal();
    expect(lab.stats().callsNow).toBe(0);
  });

  test('by script the 200 crosses the CANCEL', async () => {
    const { caller } = await labAndCaller();
    const call = caller.invite(numberFor('ANSWERS_THE_CANCEL'));
    await caller.waitFor('ringing', (m) => m.status === 180 || m.status === 183);
    call.cancel();
    await call.answered();
    expect(caller.received.some((m) => m.status === 487)).toBe(false);
    expect((await call.bye()).status).toBe(200);
  });

  test('a dead trunk says nothing at all', async () => {
    const { lab, caller } = await labAndCaller({ t1Ms: 2 });
    caller.invite(numberFor('NO_RESPONSE'));
    await eventually('the call began', () => lab.stats().played.NO_RESPONSE === 1);
    await eventually('the call is forgotten', () => lab.stats().callsNow === 0);
    expect(caller.received).toEqual([]);
  });

  test('the same seed tells the same story, another seed another one', async () => {
    const story = async (seed: number): Promise<unknown[]> => {
      const outcomes: unknown[] = [];
      const quiet = (): void => undefined;
      const debug = (fields: object): number => outcomes.push('outcome' in fields ? fields.outcome : '');
      const log = { debug, info: quiet, warn: quiet };
      const { lab, caller } = await labAndCaller({ seed, log, scripted: false, pace: 1000 });
      // Each number is called twice: the second try is a story of its own.
      for (let n = 0; n < 60; n++) await caller.invite(`55419987${1000 + (n % 30)}`).waitFor(100);
      const counted = Object.values(lab.stats().played).reduce((sum, count) => sum + count, 0);
      expect(counted).toBe(60);
      return outcomes;
    };
    const first = await story(3);
    expect(new Set(first).size).toBeGreaterThan(4);
    expect(first.slice(0, 30)).not.toEqual(first.slice(30));
    expect(await story(3)).toEqual(first);
    expect(await story(4)).not.toEqual(first);
  });
});

describe('transactions', () => {
  test('a repeated INVITE gets its last response again and is one call', async () => {
    const { lab, caller } = await labAndCaller();
    const call = caller.invite(numberFor('NO_ANSWER'));
    const ringing = await caller.waitFor('ringing', (m) => m.status === 180 || m.status === 183);
    call.sendInvite();
    const again = await caller.until('it again', () => caller.received.filter((m) => m.status === ringing.status)[1]);
    expect(again.text).toBe(ringing.text);
    expect(lab.stats().played.NO_ANSWER).toBe(1);
  });

  test('a 200 is repeated until its ACK comes, and the call ended if none does', async () => {
    const { lab, caller } = await labAndCaller({ t1Ms: 20 });
    const call = caller.invite(numberFor('PERSON'));
    const ok = await call.waitFor(200);
    const again = await caller.until('it again', () => caller.received.filter((m) => m.status === 200)[2]);
    expect(again.text).toBe(ok.text);
    await call.waitFor('BYE');
    expect(lab.stats().callsNow).toBe(0);
  });

  test('a refusal is repeated until its ACK comes', async () => {
    const { caller } = await labAndCaller({ t1Ms: 20 });
    const call = caller.invite(numberFor('BUSY'));
    await call.final();
    await caller.until('it again', () => caller.received.filter((m) => m.status === 486)[1]);
    call.ackRefusal();
    // Another refusal, left without its ACK, is the clock: it shows that many T1 have passed.
    const clock = caller.invite(numberFor('DECLINED'));
    const count = (callId: string): number =>
      caller.received.filter((m) => m.callId === callId && m.status > 400).length;
    await clock.final();
    const seen = count(call.callId);
    await caller.until('five of the other one', () => (count(clock.callId) >= 5 ? true : undefined));
    expect(count(call.callId)).toBe(seen);
  });

  test('the lab repeats its own BYE until it is answered', async () => {
    const { caller } = await labAndCaller({ t1Ms: 20, patienceMs: 10 });
    caller.answersRequests = false;
    const call = caller.invite(numberFor('PERSON'));
    await call.answered();
    await caller.until('BYE three times', () => caller.received.filter((m) => m.method === 'BYE' && !m.status)[2]);
  });

  test('what belongs to no dialog gets 481, a late CANCEL too', async () => {
    const { caller } = await labAndCaller();
    for (const method of ['BYE', 'REFER', 'NOTIFY', 'CANCEL']) {
      expect((await caller.request(method)).status).toBe(481);
    }
  });

  test('a request out of order gets 500', async () => {
    const { caller } = await labAndCaller();
    const call = caller.invite(numberFor('PERSON'));
    const ok = await call.answered();
    const head = caller.head('INFO', call.callId, 1);
    caller.send([`INFO sip:x@127.0.0.1 SIP/2.0`, ...head, `To: ${ok.header('To')}`, '', ''].join('\r\n'));
    await call.waitFor(500);
  });
});

describe('other requests', () => {
  test('OPTIONS and REGISTER are welcomed', async () => {
    const { caller } = await labAndCaller();
    expect((await caller.request('OPTIONS')).header('Allow')).toContain('REFER');
    const registered = await caller.request('REGISTER', ['Contact: <sip:101@127.0.0.1:5070>', 'Expires: 120']);
    expect(registered.status).toBe(200);
    expect(registered.header('Contact')).toBe('<sip:101@127.0.0.1:5070>;expires=120');
  });

  test('unknown methods and extensions are refused by the book', async () => {
    const { caller } = await labAndCaller();
    expect((await caller.request('PUBLISH')).status).toBe(405);
    expect((await caller.request('SUBSCRIBE', ['Event: dialog'])).status).toBe(489);
    expect((await caller.request('INVITE', ['Require: 100rel'])).header('Unsupported')).toBe('100rel');
  });

  test('an offer without G.711 or with SRTP gets 488', async () => {
    const { caller } = await labAndCaller();
    const opus = caller.invite(numberFor('PERSON'), { sdp: offer(4000, '111') });
    expect((await opus.final()).status).toBe(488);
    const secure = caller.invite(numberFor('PERSON'), { sdp: offer(4000).replace('RTP/AVP', 'RTP/SAVP') });
    expect((await secure.final()).status).toBe(488);
  });

  test('lists, folded lines, compact names and quoted commas are read as one request', async () => {
    const { caller } = await labAndCaller();
    const lines = [
      `v: SIP/2.0/UDP 127.0.0.1:${caller.port};branch=z9hG4bKlist;rport, SIP/2.0/UDP [::1]:9;branch=z9hG4bKb`,
      'f: "a, \\"b\\" <c>; tag=x" <sip:a@b>',
      ' ;tag=1',
      't: <sip:lab@127.0.0.1>',
      'i: list-1',
      'CSeq: 1 REGISTER',
      'm: "x, y" <sip:1@127.0.0.1:5070;transport=udp>;expires=60, <sip:2@127.0.0.1>;expires=0',
      'l: 0',
    ];
    caller.send(`REGISTER sip:127.0.0.1 SIP/2.0\r\n${lines.join('\r\n')}\r\n\r\n`);
    const { text } = await caller.waitFor('200', (m) => m.callId === 'list-1');
    expect(text).toContain(
      `Via: SIP/2.0/UDP 127.0.0.1:${caller.port};branch=z9hG4bKlist;rport=${caller.port};received=`,
    );
    expect(text).toContain('Via: SIP/2.0/UDP [::1]:9;branch=z9hG4bKb\r\n');
    expect(text).toContain('Contact: "x, y" <sip:1@127.0.0.1:5070;transport=udp>;expires=60\r\n');
    expect(text.match(/Contact:/g)).toHaveLength(1);
  });

  test('malformed datagrams are counted and do no harm', async () => {
    const { lab, caller } = await labAndCaller();
    const good = `OPTIONS sip:a@127.0.0.1 SIP/2.0\r\n${caller.head('OPTIONS', 'x', 1).join('\r\n')}\r\nTo: <sip:a@b>\r\n\r\n`;
    const bad = [
      'hello',
      Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x00, 0x01]),
      'INVITE sip:1@127.0.0.1 SIP/2.0\r\n\r\n',
      good.replace('CSeq: 1 OPTIONS', 'CSeq: 1 INVITE'),
      good.replace('CSeq: 1 OPTIONS', 'CSeq: x OPTIONS'),
      good.replace('SIP/2.0\r\n', 'SIP/3.0\r\n'),
      good.replace('\r\nTo:', '\r\nContent-Length: 500\r\nTo:'),
      good.replace('\r\nTo:', '\r\nContent-Length: -1\r\nTo:'),
      good.replace('To: <sip:a@b>', 'To'),
      ...Array.from({ length: 200 }, (_, n) => Buffer.from(good).fill((n * 37) % 256, n, n + 3)),
    ];
    for (const [index, datagram] of bad.entries()) {
      caller.send(datagram);
      // More at once would overflow the socket's buffer, and UDP then drops good ones too.
      if (index % 20 === 19) await caller.request('OPTIONS');
    }
    caller.send('\r\n\r\n');
    expect((await caller.request('OPTIONS')).status).toBe(200);
    expect(lab.stats().malformedDatagrams).toBeGreaterThanOrEqual(9);
    const call = caller.invite(numberFor('BUSY'));
    expect((await call.final()).status).toBe(486);
  });
});

describe('lifetime', () => {
  test('a taken port rejects, and so do impossible options', async () => {
    const { lab } = await labAndCaller();
    const options = { seed: 1, agents: 1, pilotNumber: PILOT };
    await expect(startLab({ ...options, sipPort: lab.sipPort })).rejects.toThrow('EADDRINUSE');
    await expect(startLab({ ...options, pace: 0 })).rejects.toThrow('pace');
    await expect(startLab({ ...options, agents: -1 })).rejects.toThrow('agents');
    await expect(startLab({ ...options, mix: { BUSY: 0 } })).rejects.toThrow('weights');
  });

  test('closing in the middle of calls leaves no socket and no timer', async () => {
    const active = (kind: string): number =>
      process.getActiveResourcesInfo().filter((resource) => resource === kind).length;
    await eventually('earlier tests are over', () => active('UDPWrap') === 0);
    const timersBefore = active('Timeout');
    const lab = await startLab({ seed: 1, agents: 1, pilotNumber: PILOT, pace: 50, scripted: true });
    const caller = await ScriptedCaller.open(lab.sipPort);
    await caller.invite(numberFor('PERSON')).answered();
    await caller.invite(numberFor('NO_ANSWER')).waitFor(100);
    await caller.until('RTP', () => caller.rtp[0]);
    // Early media opens a socket for each of them, which the close overtakes.
    for (let n = 0; n < 20; n++) caller.invite(`${numberFor('NOT_FOUND').slice(0, -4)}${n}14`);
    await eventually('some of them have begun', () => lab.stats().played.NOT_FOUND > 0);
    await lab.close();
    await lab.close();
    await caller.close();
    await eventually('no socket is left', () => active('UDPWrap') === 0);
    expect(active('Timeout')).toBeLessThanOrEqual(timersBefore);
  });
});
