import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SipDialogSource } from '../../src/engine/agents/sip-dialog.js';
import type { SipTelephony } from '../../src/engine/sip/telephony.js';
import { DialogPublisher } from '../support/dialog-publisher.js';
import { DialogWatch } from '../support/dialog-watch.js';
import { hasPresenceServer, Kamailio } from '../support/kamailio.js';
import type { RealClock } from '../support/real-clock.js';
import { openTelephony, trunkTo } from '../support/sip-bench.js';

const inCi = process.env['CI'] === 'true';
if (!hasPresenceServer && !inCi) {
  process.stderr.write(
    'SKIPPED: the tests against a presence server (kamailio-presence-modules), which is not installed\n',
  );
}
const describePresence = hasPresenceServer || inCi ? describe : describe.skip;

const WATCHER = { username: 'outdial', password: 'secret of outdial' };

describePresence('against the presence server of Kamailio', () => {
  let kamailio: Kamailio;
  let publisher: DialogPublisher;
  let telephony: SipTelephony;
  let clock: RealClock;

  beforeAll(async () => {
    kamailio = await Kamailio.startPresence();
    publisher = await DialogPublisher.open(kamailio.port);
  });
  afterAll(async () => {
    await publisher.close();
    await kamailio.stop();
  });
  beforeEach(async () => {
    ({ telephony, clock } = await openTelephony({ noResponseTimeoutMs: 1_000, optionsIntervalMs: 500 }));
  });
  afterEach(async () => {
    await telephony.close();
    expect(clock.pending).toBe(0);
  });

  const addressOf = (extension: string): string => `sip:${extension}@127.0.0.1:${kamailio.port}`;
  const watch = (extension: string): DialogWatch => new DialogWatch(telephony.dialogs, addressOf(extension));

  test.each([
    ['UDP', '11'],
    ['TCP', '12'],
  ] as const)(
    'an extension that PUBLISH says to ring, to talk and to be idle is told so by NOTIFY, over %s and with a password',
    async (transport, extension) => {
      telephony.configure([trunkTo(kamailio.port, { transport, ...WATCHER })]);
      const watching = watch(extension);
      await watching.becomes('ACTIVE');
      for (const state of ['early', 'confirmed', 'terminated']) {
        await publisher.publish(extension, [{ id: 'call', state, direction: 'recipient' }]);
        await watching.until(() => watching.told?.[0] === state);
      }
      await watching.subscription.end();
    },
  );

  test('it is refreshed for as long as it is wanted', async () => {
    telephony.configure([trunkTo(kamailio.port, WATCHER)]);
    const watching = watch('30');
    await watching.becomes('ACTIVE');
    watching.subscription.refresh();
    await watching.until(() => watching.documents.length === 2);
    await publisher.publish('30', [{ id: 'call', state: 'confirmed' }]);
    await watching.until(() => watching.told?.[0] === 'confirmed');
    expect(watching.gone).toEqual([]);
  });

  test('a wrong password, and an extension that may not be watched, are told as such', async () => {
    telephony.configure([trunkTo(kamailio.port, { ...WATCHER, password: 'wrong' })]);
    const refused = watch('40');
    await refused.becomes('TERMINATED');
    expect(refused.state).toMatchObject({ fault: 'CREDENTIALS' });
    await refused.subscription.end();
    telephony.configure([trunkTo(kamailio.port, WATCHER)]);
    const hidden = watch('private');
    await hidden.until(() => hidden.state.fault === 'FORBIDDEN');
  });

  test('as the source of a queue: who is in a call is busy, and while Kamailio is dead nobody is free', async () => {
    telephony.configure([trunkTo(kamailio.port, WATCHER)]);
    const extensions = Array.from({ length: 30 }, (_, at) => String(500 + at));
    const settings = { trunkId: 'trunk-1', addresses: extensions.map(addressOf), minIdleSeconds: 0 };
    const source = new SipDialogSource(settings, telephony.dialogs, clock);
    const until = (holds: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!holds()) return;
          stop();
          resolve();
        };
        const stop = source.onChanged(look);
        look();
      });
    source.start();
    await until(() => source.health().status === 'SYNCED');
    expect(source.snapshot()).toMatchObject({ free: 30, loggedIn: 30 });
    await publisher.publish('500', [
      { id: 'a', state: 'early', direction: 'recipient', remote: 'sip:+4930901820042@127.0.0.1' },
    ]);
    await publisher.publish('501', [{ id: 'b', state: 'confirmed', direction: 'initiator' }]);
    await until(() => source.snapshot().busy === 1 && source.snapshot().ringing === 1);
    expect(source.snapshot()).toMatchObject({
      free: 28,
      callsSeen: 1,
      lastCalls: [{ number: 1, callerNumber: '+4930901820042' }],
    });
    await kamailio.die();
    await until(() => source.health().status === 'DOWN');
    expect(source.snapshot()).toMatchObject({ free: 0, unknown: 30 });
    expect(source.health()).toMatchObject({ fault: 'NETWORK' });
    await kamailio.comeBack();
    publisher.beginAnew();
    await publisher.publish('502', [{ id: 'c', state: 'confirmed', direction: 'recipient' }]);
    await until(() => source.health().status === 'SYNCED');
    expect(source.snapshot()).toMatchObject({ free: 29, busy: 1 });
    await source.stop();
  }, 60_000);
});
