import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { LineHealth, TrunkSettings } from '../../src/engine/contracts/telephony.js';
import { ScriptedRegistrar } from '../support/scripted-registrar.js';
import { openBench, type SipBench, trunkTo } from '../support/sip-bench.js';

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
const becomes = (state: LineHealth['state']): Promise<void> =>
  new Promise((resolve) => {
    const check = (): void => {
      if (health().state !== state) return;
      stop();
      resolve();
    };
    const stop = bench.telephony.onLinesChanged(check);
    check();
  });
const edited = (settings: TrunkSettings): TrunkSettings => ({ ...settings, version: settings.version + 1 });

describe('a trunk that backs off for minutes', () => {
  const backOff = async (): Promise<void> => {
    const call = bench.call();
    bench.phone.reply(await bench.phone.next('INVITE'), 503, { headers: ['Retry-After: 300'] });
    await call.answerOrFailure;
    expect(health().state).toBe('BACKING_OFF');
  };

  test('is asked by OPTIONS at once when it is edited, and used again if it answers', async () => {
    await backOff();
    bench.phone.on.set('OPTIONS', (request) => bench.phone.reply(request, 200));
    bench.telephony.configure([edited(bench.trunk)]);
    await becomes('IN_SERVICE');
  });

  test('is left alone by a configuration that is as it was', async () => {
    await backOff();
    const before = health();
    bench.telephony.configure([{ ...bench.trunk }]);
    expect(health()).toEqual(before);
  });

  test('that is edited and still does not answer waits from the shortest time on', async () => {
    await backOff();
    const before = health().nextTryAt?.getTime() ?? 0;
    bench.phone.on.set('OPTIONS', (request) => bench.phone.reply(request, 503));
    bench.telephony.configure([edited(bench.trunk)]);
    await new Promise<void>((resolve) => {
      const stop = bench.telephony.onLinesChanged(() => {
        if (health().nextTryAt?.getTime() === before) return;
        stop();
        resolve();
      });
    });
    expect(before - (health().nextTryAt?.getTime() ?? 0)).toBeGreaterThan(200_000);
  });
});

test('dialer ports that back off register at once when their trunk is edited', async () => {
  const ports = [{ id: 'port-4001', username: '4001', password: 'secret' }];
  const registrar = await ScriptedRegistrar.open({ users: new Map([['4001', 'secret']]) });
  registrar.answer = { status: 503, headers: ['Retry-After: 300'] };
  const trunk = trunkTo(registrar.port, { channels: null, ports });
  bench.telephony.configure([trunk]);
  await becomes('BACKING_OFF');
  registrar.answer = null;
  bench.telephony.configure([edited(trunk)]);
  await becomes('IN_SERVICE');
  await registrar.close();
});
