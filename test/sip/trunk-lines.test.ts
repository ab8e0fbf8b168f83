import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { LineHealth, SavedDialog, SavedInvite } from '../../src/engine/contracts/telephony.js';
import { answeredCall, expectFailure } from '../support/answered-call.js';
import { type PhoneMessage, ScriptedPhone } from '../support/scripted-phone.js';
import { callRequest, openBench, openTelephony, type SipBench, trunkTo } from '../support/sip-bench.js';

let bench: SipBench;
beforeEach(async () => {
  bench = await openBench({ noResponseTimeoutMs: 300 });
});
afterEach(() => bench.close());

const health = (): LineHealth => {
  const [line] = bench.telephony.lines();
  if (!line) throw new Error('No line');
  return line.health;
};
const waitMs = (): number => (health().nextTryAt?.getTime() ?? 0) - Date.now();
const becomes = (state: LineHealth['state']): Promise<void> =>
  new Promise((resolve) => {
    const check = (): void => {
      if (health().state === state) {
        stop();
        resolve();
      }
    };
    const stop = bench.telephony.onLinesChanged(check);
    check();
  });

describe('the lines', () => {
  test('are one a trunk, with its channels, in service at once for an IP address', () => {
    expect(bench.telephony.lines()).toMatchObject([
      {
        id: 'trunk-1',
        trunkName: 'Carrier',
        portName: null,
        capacity: 10,
        health: { state: 'IN_SERVICE' },
      },
    ]);
  });

  test.each([
    [{ servers: [] }, /has no server/],
    [{ servers: [{ host: 'a b', sipPort: null }] }, /name of a server is malformed/],
    [{ username: 'a b' }, /user name is malformed/],
  ])('with %o are out of service and say why', async (over, message) => {
    bench.telephony.configure([trunkTo(9, over)]);
    expect(health()).toMatchObject({ state: 'OUT_OF_SERVICE', message: expect.stringMatching(message) });
    const call = bench.call();
    expect(await expectFailure(call.answerOrFailure)).toMatchObject({ localCause: 'no-line' });
  });

  test('with a name are in service when it is resolved', async () => {
    bench.telephony.configure([
      trunkTo(bench.phone.port, { servers: [{ host: 'localhost', sipPort: bench.phone.port }] }),
    ]);
    expect(health().state).toBe('CONNECTING');
    await becomes('IN_SERVICE');
    const { answer, invite } = await answeredCall(bench);
    expect(invite.startLine).toContain('@localhost:');
    await answer.hangUp();
  });

  test('change while a call is up, and the call goes on to its end', async () => {
    const { answer } = await answeredCall(bench);
    bench.telephony.configure([]);
    expect(bench.telephony.lines()).toEqual([]);
    expect(await expectFailure(bench.call().answerOrFailure)).toMatchObject({ localCause: 'no-line' });
    await answer.hangUp();
    expect(bench.phone.count('BYE')).toBe(1);
  });

  test('that go while a call still gets its RTP port take the call with them, unsent', async () => {
    const call = bench.call();
    bench.telephony.configure([]);
    expect(await expectFailure(call.answerOrFailure)).toMatchObject({ localCause: 'no-line' });
    expect(bench.phone.count('INVITE')).toBe(0);
  });

  test('keep their health when only the name changes', () => {
    const since = health().since;
    bench.telephony.configure([{ ...bench.trunk, name: 'Other', channels: 3 }]);
    expect(bench.telephony.lines()[0]).toMatchObject({ trunkName: 'Other', capacity: 3, health: { since } });
  });
});

describe('a trunk with faults', () => {
  test('backs off after five in a row and comes back by itself', async () => {
    for (let n = 0; n < 5; n++) {
      const call = bench.call();
      bench.phone.reply(await bench.phone.next('INVITE'), 503);
      await call.answerOrFailure;
      expect(health().state).toBe(n < 4 ? 'IN_SERVICE' : 'BACKING_OFF');
    }
    expect(health()).toMatchObject({ sipStatus: 503, nextTryAt: expect.any(Date) });
    await becomes('IN_SERVICE');
    // One more is enough now, and the next wait is longer.
    const call = bench.call();
    bench.phone.reply(await bench.phone.next('INVITE'), 503);
    expect(await expectFailure(call.answerOrFailure)).toMatchObject({ sipStatus: 503 });
    expect(health().state).toBe('BACKING_OFF');
    expect(waitMs()).toBeGreaterThan(1_000);
  });

  test('waits as long as Retry-After says', async () => {
    const call = bench.call();
    bench.phone.reply(await bench.phone.next('INVITE'), 503, { headers: ['Retry-After: 120 (busy)'] });
    await call.answerOrFailure;
    expect(health().state).toBe('BACKING_OFF');
    expect(waitMs()).toBeGreaterThan(100_000);
  });

  test('is not blamed for busy, declined and unknown numbers', async () => {
    for (const status of [486, 603, 404, 480, 487, 600]) {
      const call = bench.call();
      bench.phone.reply(await bench.phone.next('INVITE'), status);
      await call.answerOrFailure;
    }
    expect(health().state).toBe('IN_SERVICE');
  });

  test('is blamed by the Q.850 cause before the status, as the outcome is', async () => {
    const fail = async (status: number, cause: number): Promise<void> => {
      const call = bench.call();
      bench.phone.reply(await bench.phone.next('INVITE'), status, { headers: [`Reason: Q.850;cause=${cause}`] });
      await call.answerOrFailure;
    };
    for (let n = 0; n < 6; n++) await fail(503, 17);
    expect(health().state).toBe('IN_SERVICE');
    for (let n = 0; n < 5; n++) await fail(480, 34);
    expect(health().state).toBe('BACKING_OFF');
  });

  test('is not blamed where we have no RTP port left, and no other server is tried', async () => {
    const media = { open: () => Promise.reject(new Error('No RTP port is free')) };
    const { telephony } = await openTelephony({ media });
    const sipPort = bench.phone.port;
    const servers = [
      { host: '127.0.0.1', sipPort },
      { host: '127.0.0.1', sipPort: sipPort + 1 },
    ];
    telephony.configure([trunkTo(0, { servers })]);
    for (let n = 0; n < 6; n++) {
      const call = telephony.placeCall(callRequest());
      expect(await expectFailure(call.answerOrFailure)).toMatchObject({ localCause: 'no-media' });
    }
    expect(telephony.lines()).toMatchObject([{ health: { state: 'IN_SERVICE' } }]);
    expect(telephony.lines()[0]?.health.message).toBeUndefined();
    await telephony.close();
  });

  test('sends the next call to its next server', async () => {
    const second = await ScriptedPhone.open();
    bench.telephony.configure([
      trunkTo(0, {
        servers: [
          { host: '127.0.0.1', sipPort: bench.phone.port },
          { host: '127.0.0.1', sipPort: second.port },
        ],
      }),
    ]);
    const silent = bench.call();
    expect(await expectFailure(silent.answerOrFailure)).toMatchObject({ localCause: 'no-response' });
    const call = bench.call();
    second.reply(await second.next('INVITE'), 486);
    await call.answerOrFailure;
    await second.close();
  });
});

describe('an outbound proxy', () => {
  test('gets all requests, named in Route', async () => {
    const proxy = { host: '127.0.0.1', sipPort: bench.phone.port };
    bench.telephony.configure([
      trunkTo(0, { servers: [{ host: 'carrier.example', sipPort: null }], outboundProxy: proxy }),
    ]);
    const call = bench.call();
    const invite = await bench.phone.next('INVITE');
    expect(invite.startLine).toBe('INVITE sip:+4930901820042@carrier.example SIP/2.0');
    expect(invite.header('Route')).toBe(`<sip:127.0.0.1:${bench.phone.port};lr>`);
    bench.phone.reply(invite, 486);
    await call.answerOrFailure;
    expect((await bench.phone.next('ACK')).header('Route')).toBe(invite.header('Route'));
  });
});

describe('a call that an earlier process left', () => {
  const leave = async (): Promise<{ saved: SavedDialog; tag: string }> => {
    const { answer } = await answeredCall(bench);
    // What the database would give back after the crash.
    const saved = JSON.parse(JSON.stringify(answer.dialog)) as SavedDialog;
    await bench.telephony.close();
    return { saved, tag: saved.localTag };
  };

  test('is ended by a BYE within its dialog', async () => {
    const { saved, tag } = await leave();
    const { telephony } = await openTelephony();
    telephony.configure([bench.trunk]);
    const ended = telephony.endLeftOverCall(saved);
    const bye = await bench.phone.next('BYE');
    expect(bye.header('Call-ID')).toBe(saved.callId);
    expect(bye.header('From')).toContain(`;tag=${tag}`);
    expect(bye.header('To')).toContain(';tag=phone');
    expect(bye.cseq).toBeGreaterThan(saved.localSequence);
    expect(await ended).toBe(true);
    await telephony.close();
  });

  test('is over if the far end does not know it; not if its trunk is gone or nothing was saved', async () => {
    const { saved } = await leave();
    const { telephony } = await openTelephony();
    telephony.configure([bench.trunk]);
    bench.phone.on.set('BYE', (bye) => bench.phone.reply(bye, 481));
    expect(await telephony.endLeftOverCall(saved)).toBe(true);
    bench.phone.on.set('BYE', (bye) => bench.phone.reply(bye, 500));
    expect(await telephony.endLeftOverCall(saved)).toBe(false);
    expect(await telephony.endLeftOverCall({ ...saved, remoteTarget: 'nonsense' })).toBe(false);
    expect(await telephony.endLeftOverCall({ ...saved, lineId: 'gone' })).toBe(false);
    await telephony.close();
  });
});

describe('a call that rang when the process before ended', () => {
  const leave = async (): Promise<{ saved: SavedInvite; invite: PhoneMessage }> => {
    const kept: SavedInvite[] = [];
    const call = bench.telephony.placeCall(callRequest({ onRinging: (saved) => kept.push(saved) }));
    const invite = await bench.phone.next('INVITE');
    bench.phone.reply(invite, 180);
    bench.phone.reply(invite, 486);
    await call.answerOrFailure;
    const [saved] = kept;
    if (!saved) throw new Error('Not kept');
    return { saved, invite };
  };

  test('is cancelled within its transaction, and is over if the far end does not know it', async () => {
    const { saved, invite } = await leave();
    const { telephony } = await openTelephony();
    telephony.configure([bench.trunk]);
    const cancelled = telephony.cancelLeftOverCall(saved);
    const cancel = await bench.phone.next('CANCEL');
    expect(cancel).toMatchObject({ branch: invite.branch, cseq: invite.cseq });
    expect(cancel.startLine).toBe(invite.startLine.replace('INVITE', 'CANCEL'));
    for (const name of ['From', 'To', 'Call-ID']) expect(cancel.header(name)).toBe(invite.header(name));
    bench.phone.reply(cancel, 481);
    expect(await cancelled).toBe(true);
    await telephony.close();
  });

  test('is cancelled at the server that had it; that another one does not know it proves nothing', async () => {
    const { saved } = await leave();
    const first = await ScriptedPhone.open();
    const { telephony } = await openTelephony();
    const [own = { host: '127.0.0.1', sipPort: bench.phone.port }] = bench.trunk.servers;
    const other = { host: '127.0.0.1', sipPort: first.port };
    telephony.configure([{ ...bench.trunk, servers: [other, own] }]);
    expect(await telephony.cancelLeftOverCall(saved)).toBe(true);
    expect([first.count('CANCEL'), bench.phone.count('CANCEL')]).toEqual([0, 1]);
    telephony.configure([{ ...bench.trunk, servers: [other] }]);
    first.on.set('CANCEL', (cancel) => first.reply(cancel, 481));
    expect(await telephony.cancelLeftOverCall(saved)).toBe(false);
    await telephony.close();
    await first.close();
  });

  test('is not over if its trunk is gone or nothing was saved', async () => {
    const { saved } = await leave();
    const { telephony } = await openTelephony();
    telephony.configure([bench.trunk]);
    expect(await telephony.cancelLeftOverCall({ ...saved, remoteUri: 'nonsense' })).toBe(false);
    expect(await telephony.cancelLeftOverCall({ ...saved, lineId: 'gone' })).toBe(false);
    await telephony.close();
  });
});

describe('closing', () => {
  test('cancels what rings', async () => {
    void bench.call();
    const invite = await bench.phone.next('INVITE');
    bench.phone.reply(invite, 180);
    await answeredCall(bench);
    await bench.telephony.close();
    expect((await bench.phone.next('CANCEL')).branch).toBe(invite.branch);
  });

  test('ends calls in every phase without leaving a timer', async () => {
    const ringing = bench.call();
    bench.phone.reply(await bench.phone.next('INVITE'), 180);
    const { answer } = await answeredCall(bench);
    bench.phone.on.delete('BYE');
    const leaving = (await answeredCall(bench)).answer;
    const over = leaving.hangUp();
    const opening = bench.telephony.placeCall(callRequest());
    await bench.telephony.close();
    expect(await ringing.answerOrFailure).toMatchObject({ kind: 'failed', localCause: 'transport' });
    expect(await opening.answerOrFailure).toMatchObject({ kind: 'failed' });
    expect(await answer.ended).toEqual({ by: 'network' });
    await over;
  });

  test('repeats a BYE that was lost, and waits a second for its answer at the most', async () => {
    const { answer } = await answeredCall(bench);
    bench.phone.on.set('BYE', (bye) => {
      if (bench.phone.count('BYE') === 2) bench.phone.reply(bye, 200);
    });
    void answer.hangUp();
    await bench.telephony.close();
    expect(bench.phone.count('BYE')).toBe(2);
  });
});
