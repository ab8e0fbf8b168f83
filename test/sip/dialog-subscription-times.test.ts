import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { SipTelephony } from '../../src/engine/sip/telephony.js';
import { DialogWatch } from '../support/dialog-watch.js';
import { FakeClock } from '../support/fake-clock.js';
import { settleNetwork, until } from '../support/network-settle.js';
import { openTelephony, trunkTo } from '../support/sip-bench.js';
import { SipNotifier } from '../support/sip-notifier.js';

let clock: FakeClock;
let notifier: SipNotifier;
let telephony: SipTelephony;

beforeEach(async () => {
  clock = new FakeClock(new Date('2026-11-25T10:00:00Z'), settleNetwork);
  notifier = await SipNotifier.open();
  ({ telephony } = await openTelephony({ clock }));
  telephony.configure([trunkTo(notifier.port)]);
});
afterEach(async () => {
  const closed = telephony.close();
  await clock.advance(2_000);
  await closed;
  await notifier.close();
  expect(clock.timerCount()).toBe(0);
});

const subscribes = (): number => notifier.phone.count('SUBSCRIBE');
const watch = (extension = '101'): DialogWatch => new DialogWatch(telephony.dialogs, `sip:${extension}@pbx.example`);
const active = async (): Promise<DialogWatch> => {
  const watching = watch();
  await clock.advance(0);
  await watching.becomes('ACTIVE');
  return watching;
};
const terminate = (reason: string): void => {
  notifier.notify([], { substate: `terminated;reason=${reason}` });
  notifier.subscriptions.clear();
};

test('a subscription that no NOTIFY follows within 32 s has failed', async () => {
  notifier.firstSubstate = null;
  const watching = watch();
  await clock.advance(0);
  await until(() => subscribes() === 1);
  await clock.advance(31_900);
  expect(watching.state.status).toBe('PENDING');
  await clock.advance(200);
  expect(watching.state).toMatchObject({
    status: 'TERMINATED',
    message: 'The PBX has accepted the subscription and sends no NOTIFY',
  });
  await clock.advance(2_000);
  await until(() => subscribes() === 2);
});

test('a refresh that no NOTIFY follows within 32 s has failed too', async () => {
  const watching = await active();
  notifier.firstSubstate = null;
  watching.subscription.refresh();
  await clock.advance(100);
  await until(() => subscribes() === 2);
  await clock.advance(32_100);
  expect(watching.gone).toEqual(['phone']);
});

test('it is refreshed between 50 and 80 % of its time, whatever NOTIFYs come meanwhile', async () => {
  notifier.expires = 60;
  notifier.firstSubstate = 'active;expires=60';
  await active();
  for (let second = 0; second < 29; second++) {
    await clock.advance(1_000);
    notifier.notify([], { substate: `active;expires=${59 - second}` });
  }
  await settleNetwork();
  expect(subscribes()).toBe(1);
  await clock.advance(20_000);
  await until(() => subscribes() === 2);
});

test('one that the notifier wants to last an hour is refreshed as one of two minutes', async () => {
  notifier.minExpires = 3_600;
  notifier.expires = 3_600;
  notifier.firstSubstate = 'active;expires=3600';
  const watching = watch();
  await clock.advance(0);
  await until(() => subscribes() === 1);
  await clock.advance(100);
  await watching.becomes('ACTIVE');
  await clock.advance(96_100);
  await until(() => subscribes() === 3);
  const refresh = notifier.phone.log.filter(({ method }) => method === 'SUBSCRIBE').at(-1);
  expect(refresh?.header('Expires')).toBe('3600');
});

test('one that has run out is not believed while the answer to its refresh is on its way', async () => {
  notifier.expires = 4;
  notifier.firstSubstate = 'active;expires=4';
  const watching = await active();
  notifier.isSilent = true;
  await clock.advance(3_900);
  await until(() => subscribes() > 1);
  expect(watching.state.status).toBe('ACTIVE');
  await clock.advance(200);
  expect(watching.gone).toEqual(['phone']);
  expect(watching.state).toMatchObject({
    status: 'TERMINATED',
    message: 'The subscription ran out before it was refreshed',
  });
});

test('one that has lived for a while is made anew at once when the notifier moves', async () => {
  const watching = await active();
  await clock.advance(11_000);
  terminate('deactivated');
  await until(() => watching.gone.length === 1);
  await clock.advance(0);
  await until(() => subscribes() === 2);
  await watching.becomes('ACTIVE');
});

test('a notifier that ends everything at once is not asked in a storm', async () => {
  const watching = await active();
  for (let turn = 1; turn <= 5; turn++) {
    terminate('deactivated');
    await until(() => watching.gone.length === turn);
    expect(watching.state.status).toBe('TERMINATED');
    const waitMs = (watching.state.nextTryAt?.getTime() ?? 0) - clock.now().getTime();
    expect(waitMs).toBeGreaterThanOrEqual(0.75 * 1_000 * 2 ** (turn - 1));
    await clock.advance(waitMs + 1);
    await watching.becomes('ACTIVE');
  }
});

test('many go out in turns, fifty a second', async () => {
  const all = Array.from({ length: 120 }, (_, at) => watch(String(100 + at)));
  await clock.advance(1_000);
  await until(() => subscribes() >= 50);
  expect(subscribes()).toBeLessThan(55);
  await clock.advance(2_000);
  await Promise.all(all.map((watching) => watching.becomes('ACTIVE')));
});
