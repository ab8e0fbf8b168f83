import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CallFailure, LineHealth, TrunkSettings } from '../../src/engine/contracts/telephony.js';
import { expectAnswer, expectFailure } from '../support/answered-call.js';
import { ScriptedPhone } from '../support/scripted-phone.js';
import { callRequest, openBench, type SipBench, trunkTo } from '../support/sip-bench.js';

let bench: SipBench;
let second: ScriptedPhone;
beforeEach(async () => {
  second = await ScriptedPhone.open();
  bench = await openBench({ noResponseTimeoutMs: 300, optionsIntervalMs: 600 });
});
afterEach(async () => {
  await bench.close();
  await second.close();
});

const health = (): LineHealth => {
  const [line] = bench.telephony.lines();
  if (!line) throw new Error('No line');
  return line.health;
};
const becomes = (isSo: (health: LineHealth) => boolean): Promise<void> =>
  new Promise((resolve) => {
    const check = (): void => {
      if (!isSo(health())) return;
      stop();
      resolve();
    };
    const stop = bench.telephony.onLinesChanged(check);
    check();
  });
const useBoth = (over: Partial<TrunkSettings> = {}): void => {
  const servers = [bench.phone, second].map(({ port }) => ({ host: '127.0.0.1', sipPort: port }));
  bench.telephony.configure([trunkTo(0, { servers, ...over })]);
};
const answersOptions = (...phones: ScriptedPhone[]): void => {
  for (const phone of phones) phone.on.set('OPTIONS', (request) => phone.reply(request, 200));
};
const callBusy = async (phone: ScriptedPhone): Promise<void> => {
  const call = bench.call();
  phone.reply(await phone.next('INVITE'), 486);
  await call.answerOrFailure;
};

describe('a call whose server', () => {
  test('answers 503 before it rings goes to the next one, as one call', async () => {
    useBoth();
    const call = bench.call();
    bench.phone.reply(await bench.phone.next('INVITE'), 503);
    const invite = await second.next('INVITE');
    second.reply(invite, 180);
    second.reply(invite, 200, { sdp: true });
    const answer = await expectAnswer(call.answerOrFailure);
    expect(call.ringing()).toBe(1);
    await answer.hangUp();
    expect(health()).toMatchObject({
      state: 'IN_SERVICE',
      message: expect.stringMatching(/^1 of 2 servers are not used/),
    });
  });

  test('is silent goes to the next one; the outcome is that of the last', async () => {
    useBoth();
    const call = bench.call();
    second.reply(await second.next('INVITE'), 503, { phrase: 'Full' });
    expect(await expectFailure(call.answerOrFailure)).toMatchObject({ sipStatus: 503, reasonPhrase: 'Full' });
    expect([bench.phone.count('INVITE'), second.count('INVITE')]).toEqual([1, 1]);
  });

  test.each<[string, (phone: ScriptedPhone) => Promise<void>, Partial<CallFailure>]>([
    [
      'rings and then answers 503',
      async (phone) => {
        const invite = await phone.next('INVITE');
        phone.reply(invite, 180);
        phone.reply(invite, 503);
      },
      { sipStatus: 503, rang: true },
    ],
    [
      'says that the callee is busy',
      async (phone) => void phone.reply(await phone.next('INVITE'), 503, { headers: ['Reason: Q.850;cause=17'] }),
      { sipStatus: 503 },
    ],
    ['answers 500', async (phone) => void phone.reply(await phone.next('INVITE'), 500), { sipStatus: 500 }],
  ])('%s stays with it', async (_what, act, expected) => {
    useBoth();
    const call = bench.call();
    await act(bench.phone);
    expect(await expectFailure(call.answerOrFailure)).toMatchObject(expected);
    expect(second.count('INVITE')).toBe(0);
  });

  test('fails after it was cancelled is not tried elsewhere', async () => {
    useBoth();
    const call = bench.call();
    const invite = await bench.phone.next('INVITE');
    call.cancel('campaign-stopped');
    bench.phone.reply(invite, 503);
    expect(await expectFailure(call.answerOrFailure)).toMatchObject({ localCause: 'cancelled' });
    expect(second.count('INVITE')).toBe(0);
  });
});

describe('the order of the servers', () => {
  test('is left while one is out, and taken up again when it answers OPTIONS', async () => {
    answersOptions(bench.phone, second);
    useBoth();
    await bench.phone.next('OPTIONS');
    const call = bench.call();
    bench.phone.reply(await bench.phone.next('INVITE'), 503);
    second.reply(await second.next('INVITE'), 486);
    await call.answerOrFailure;
    await callBusy(second);
    await becomes(({ message }) => message === undefined || !message.startsWith('1 of 2'));
    await callBusy(bench.phone);
  });
});

describe('OPTIONS', () => {
  test.each([200, 404, 405, 403, 401, 500])('answered by %i keep an idle trunk in service', async (status) => {
    bench.phone.on.set('OPTIONS', (request) => bench.phone.reply(request, status));
    const first = await bench.phone.next('OPTIONS');
    expect(first.startLine).toBe(`OPTIONS sip:127.0.0.1:${bench.phone.port} SIP/2.0`);
    for (let n = 0; n < 2; n++) {
      await bench.phone.next((message) => message.method === 'OPTIONS' && message.branch !== first.branch);
    }
    expect(health().state).toBe('IN_SERVICE');
  });

  test.each<[string, (phone: ScriptedPhone) => void]>([
    ['not answered', () => undefined],
    ['answered by 503', (phone) => phone.on.set('OPTIONS', (request) => phone.reply(request, 503))],
    ['answered by 408', (phone) => phone.on.set('OPTIONS', (request) => phone.reply(request, 408))],
  ])('%s three times take out a trunk that has carried no call; it comes back by itself', async (_what, script) => {
    script(bench.phone);
    await becomes(({ state }) => state === 'BACKING_OFF');
    expect(health()).toMatchObject({ message: 'The server does not answer OPTIONS', nextTryAt: expect.any(Date) });
    expect(new Set(bench.phone.log.map(({ branch }) => branch)).size).toBe(3);
    answersOptions(bench.phone);
    await becomes(({ state }) => state === 'IN_SERVICE');
    expect(health().message).toBeUndefined();
  });

  test('never answered do not take out a trunk whose calls are answered, until a call is not', async () => {
    await callBusy(bench.phone);
    for (let n = 0; n < 4; n++) {
      const { branch } = await bench.phone.next('OPTIONS');
      await bench.phone.next((message) => message.method === 'OPTIONS' && message.branch !== branch);
    }
    expect(health().state).toBe('IN_SERVICE');
    const call = bench.call();
    await bench.phone.next('INVITE');
    await expectFailure(call.answerOrFailure);
    expect(health()).toMatchObject({ state: 'BACKING_OFF', message: 'The server does not answer' });
    // Nothing but a call can tell whether it is there again.
    await becomes(({ state }) => state === 'IN_SERVICE');
    await callBusy(bench.phone);
    expect(health().message).toBeUndefined();
  });

  test('are not sent while calls show that the server is there', async () => {
    answersOptions(bench.phone);
    const first = bench.call();
    const invite = await bench.phone.next('INVITE');
    bench.phone.reply(invite, 486);
    await first.answerOrFailure;
    const atMs = performance.now();
    await bench.phone.next('OPTIONS');
    expect(performance.now() - atMs).toBeGreaterThan(500);
  });

  test('follow a call that is not answered at once, and say more than five calls', async () => {
    answersOptions(bench.phone);
    await bench.phone.next('OPTIONS');
    await becomes(({ state }) => state === 'IN_SERVICE');
    bench.phone.on.delete('OPTIONS');
    await expectFailure(bench.call().answerOrFailure);
    await becomes(({ state }) => state === 'BACKING_OFF');
    expect(health().message).toBe('The server does not answer OPTIONS');
  });

  test('are sent at once when the connection is lost', async () => {
    const phone = await ScriptedPhone.open({ transport: 'TCP' });
    answersOptions(phone);
    bench.telephony.configure([trunkTo(phone.port, { transport: 'TCP' })]);
    const call = bench.telephony.placeCall(callRequest());
    phone.reply(await phone.next('INVITE'), 486);
    await call.answerOrFailure;
    phone.drop();
    await phone.next('OPTIONS');
    expect(phone.accepted).toBe(2);
    await becomes(({ state }) => state === 'IN_SERVICE');
    await phone.close();
    await becomes(({ state }) => state === 'BACKING_OFF');
  });
});

test('an outbound proxy of a TCP trunk is named in Route with its transport', async () => {
  const proxy = await ScriptedPhone.open({ transport: 'TCP' });
  bench.telephony.configure([
    trunkTo(0, {
      transport: 'TCP',
      servers: [{ host: 'carrier.example', sipPort: null }],
      outboundProxy: { host: '127.0.0.1', sipPort: proxy.port },
    }),
  ]);
  const call = bench.call();
  const invite = await proxy.next('INVITE');
  expect(invite.header('Route')).toBe(`<sip:127.0.0.1:${proxy.port};transport=tcp;lr>`);
  proxy.reply(invite, 486);
  await call.answerOrFailure;
  await proxy.close();
});
