import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { TrunkSettings } from '../../src/engine/contracts/telephony.js';
import { readSubscriptionState } from '../../src/engine/sip/notification.js';
import type { SipTelephony } from '../../src/engine/sip/telephony.js';
import { DialogWatch } from '../support/dialog-watch.js';
import type { RealClock } from '../support/real-clock.js';
import { openTelephony, trunkTo } from '../support/sip-bench.js';
import { SipNotifier } from '../support/sip-notifier.js';

const ADDRESS = 'sip:101@pbx.example';
const CONFIRMED = [{ id: '1', state: 'confirmed' }];

const certificate = (name: string): string => readFileSync(new URL(`../fixtures/dnc/${name}`, import.meta.url), 'utf8');

let telephony: SipTelephony;
let clock: RealClock;
let notifiers: SipNotifier[];

beforeEach(async () => {
  notifiers = [];
  ({ telephony, clock } = await openTelephony({
    noResponseTimeoutMs: 400,
    optionsIntervalMs: 300,
    tls: { port: 0, authorities: certificate('authority.pem') },
  }));
});
afterEach(async () => {
  await telephony.close();
  await Promise.all(notifiers.map((notifier) => notifier.close()));
  expect(clock.pending).toBe(0);
});

const open = async (transport: TrunkSettings['transport'] = 'UDP'): Promise<SipNotifier> => {
  const notifier = await SipNotifier.open({
    transport,
    ...(transport === 'TLS' && { tls: { cert: certificate('good.pem'), key: certificate('good.key') } }),
  });
  notifiers.push(notifier);
  return notifier;
};
const use = (over: Partial<TrunkSettings> = {}): void =>
  telephony.configure([
    trunkTo(0, { servers: notifiers.map(({ port }) => ({ host: '127.0.0.1', sipPort: port })), ...over }),
  ]);
const watch = (address = ADDRESS): DialogWatch => new DialogWatch(telephony.dialogs, address);
const active = async (): Promise<{ notifier: SipNotifier; watching: DialogWatch }> => {
  const notifier = await open();
  use();
  const watching = watch();
  await watching.until(() => watching.documents.length === 1);
  return { notifier, watching };
};

describe('a subscription', () => {
  test.each(['UDP', 'TCP', 'TLS'] as const)(
    'asks for the dialogs of the address over %s, hears of them, and ends',
    async (transport) => {
      const notifier = await open(transport);
      use({ transport });
      const watching = watch();
      expect(watching.state).toEqual({ status: 'PENDING' });
      const subscribe = await notifier.phone.next('SUBSCRIBE');
      expect(subscribe.startLine).toBe(`SUBSCRIBE ${ADDRESS} SIP/2.0`);
      expect(subscribe.header('To')).toBe(`<${ADDRESS}>`);
      expect(subscribe.header('Event')).toBe('dialog');
      expect(subscribe.header('Accept')).toBe('application/dialog-info+xml');
      expect(subscribe.header('Expires')).toBe('120');
      await watching.until(() => watching.documents.length === 1);
      expect(watching.state).toEqual({ status: 'ACTIVE' });
      notifier.notify(CONFIRMED);
      await watching.until(() => watching.told?.[0] === 'confirmed');
      await watching.subscription.end();
      const last = await notifier.phone.next('SUBSCRIBE');
      expect(last.header('Expires')).toBe('0');
      expect(last.header('Call-ID')).toBe(subscribe.header('Call-ID'));
      expect(last.cseq).toBe(subscribe.cseq + 1);
      expect(notifier.watchers).toEqual([]);
    },
  );

  test('takes a NOTIFY that comes before the 200', async () => {
    const notifier = await open();
    notifier.notifiesFirst = true;
    use();
    const watching = watch();
    await watching.becomes('ACTIVE');
    expect((await notifier.phone.next(200)).cseqMethod).toBe('NOTIFY');
  });

  test('takes the compact names of Event, and an Event in capitals', async () => {
    const { notifier, watching } = await active();
    notifier.notify(CONFIRMED, { eventHeader: 'o', event: 'Dialog' });
    await watching.until(() => watching.told?.[0] === 'confirmed');
  });

  test('tells of a NOTIFY without a document', async () => {
    const { notifier, watching } = await active();
    notifier.notify([], { body: '' });
    await watching.until(() => watching.documents.length === 2);
    expect(watching.documents[1]).toEqual({ notifier: 'phone', text: '' });
    expect(watching.state).toEqual({ status: 'ACTIVE' });
  });

  test('stays pending while it is not authorized', async () => {
    const notifier = await open();
    notifier.firstSubstate = 'pending';
    use();
    const watching = watch();
    await notifier.phone.next(200);
    expect(watching.state).toEqual({ status: 'PENDING' });
    expect(watching.documents).toEqual([]);
    notifier.notify([]);
    await watching.becomes('ACTIVE');
  });

  test('has a dialog with each telephone that the SUBSCRIBE has forked to', async () => {
    const { notifier, watching } = await active();
    notifier.notify(CONFIRMED, { tag: 'mobile', cseq: 7 });
    await watching.until(() => watching.documents.length === 2);
    const [desk, mobile] = watching.documents.map(({ notifier }) => notifier);
    expect([desk, mobile]).toEqual(['phone', 'mobile']);
    notifier.notify([], { tag: 'mobile', cseq: 8, substate: 'terminated;reason=deactivated' });
    await watching.until(() => watching.gone.length === 1);
    expect(watching.gone).toEqual(['mobile']);
    expect(watching.state).toEqual({ status: 'ACTIVE' });
  });

  test.each([
    ['an older one', 500, { cseq: 1 }],
    ['another event', 489, { event: 'presence' }],
    ['no state of the subscription', 400, { substate: '' }],
    ['a body of another type', 415, { contentType: 'application/pidf+xml' }],
  ])('refuses a NOTIFY with %s by %i', async (_what, status, options) => {
    const { notifier, watching } = await active();
    notifier.notify(CONFIRMED, options);
    expect((await notifier.phone.next(status)).cseqMethod).toBe('NOTIFY');
    expect(watching.documents.length).toBe(1);
    expect(watching.state).toEqual({ status: 'ACTIVE' });
  });

  test('answers a NOTIFY for one that it has ended with 481', async () => {
    const { notifier, watching } = await active();
    const [begun] = notifier.watchers;
    await watching.subscription.end();
    notifier.phone.request('NOTIFY', begun ?? (await notifier.phone.next('SUBSCRIBE')), {
      headers: ['Event: dialog', 'Subscription-State: active'],
    });
    await notifier.phone.next(481);
  });

  test('is refreshed in time, in its dialog', async () => {
    const notifier = await open();
    notifier.expires = 2;
    notifier.firstSubstate = 'active;expires=2';
    use();
    const watching = watch();
    const first = await notifier.phone.next('SUBSCRIBE');
    const second = await notifier.phone.next('SUBSCRIBE');
    expect(second.header('Call-ID')).toBe(first.header('Call-ID'));
    expect(second.header('To')).toContain(';tag=phone');
    expect(second.startLine).toBe(`SUBSCRIBE ${notifier.phone.contact.slice(1, -1)} SIP/2.0`);
    expect(second.cseq).toBe(first.cseq + 1);
    await watching.until(() => watching.documents.length === 2);
    expect(watching.gone).toEqual([]);
  });

  test('is refreshed when the full state is wanted, and not at every wish', async () => {
    const { notifier, watching } = await active();
    await notifier.phone.next('SUBSCRIBE');
    for (let wish = 0; wish < 10; wish++) watching.subscription.refresh();
    await notifier.phone.next('SUBSCRIBE');
    await watching.until(() => watching.documents.length === 2);
    for (let wish = 0; wish < 10; wish++) watching.subscription.refresh();
    expect(notifier.phone.count('SUBSCRIBE')).toBe(2);
  });

  test('that the notifier has forgotten is made anew', async () => {
    const notifier = await open();
    notifier.expires = 2;
    notifier.firstSubstate = 'active;expires=2';
    use();
    const watching = watch();
    const first = await notifier.phone.next('SUBSCRIBE');
    await watching.becomes('ACTIVE');
    notifier.subscriptions.clear();
    await watching.until(() => watching.gone.length === 1);
    expect(watching.state.status).not.toBe('ACTIVE');
    await watching.becomes('ACTIVE');
    expect(notifier.watchers[0]?.header('Call-ID')).not.toBe(first.header('Call-ID'));
    expect(notifier.watchers[0]?.header('To')).not.toContain('tag=');
  });

  test('asks for longer if the notifier wants that', async () => {
    const notifier = await open();
    notifier.minExpires = 600;
    use();
    await watch().becomes('ACTIVE');
    expect(notifier.watchers[0]?.header('Expires')).toBe('600');
  });

  test.each([401, 407])('answers a challenge by %i, and an in-dialog one too', async (status) => {
    const notifier = await open();
    const name = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
    const challenge = [`${name}: Digest realm="pbx", nonce="n1", qop="auth"`];
    notifier.answer = { status, headers: challenge };
    use({ username: 'outdial', password: 'geheim' });
    const watching = watch();
    await notifier.phone.next('SUBSCRIBE');
    notifier.answer = null;
    const again = await notifier.phone.next('SUBSCRIBE');
    expect(again.header(status === 401 ? 'Authorization' : 'Proxy-Authorization')).toContain('username="outdial"');
    await watching.becomes('ACTIVE');
    notifier.answer = { status, headers: [challenge[0]?.replace('n1', 'n2') ?? ''] };
    watching.subscription.refresh();
    const refresh = await notifier.phone.next('SUBSCRIBE');
    notifier.answer = null;
    const authorized = await notifier.phone.next('SUBSCRIBE');
    expect(authorized.cseq).toBe(refresh.cseq + 1);
    expect(authorized.header('To')).toContain(';tag=');
    await watching.until(() => watching.documents.length === 2);
  });

  test.each([
    [401, 'CREDENTIALS'],
    [403, 'FORBIDDEN'],
    [404, 'NO_SUCH_ADDRESS'],
    [489, 'NOT_SUPPORTED'],
    [606, 'REFUSED'],
  ] as const)('that is refused by %i is told as %s, and tried again later', async (status, fault) => {
    const notifier = await open();
    notifier.answer = { status };
    use();
    const watching = watch();
    await watching.becomes('TERMINATED');
    expect(watching.state).toMatchObject({ fault, message: expect.stringContaining(String(status)) });
    const waitMs = (watching.state.nextTryAt?.getTime() ?? 0) - Date.now();
    expect(waitMs > 20_000).toBe(fault !== 'REFUSED');
  });

  test('that is refused as busy comes back when Retry-After says', async () => {
    const notifier = await open();
    notifier.answer = { status: 503, headers: ['Retry-After: 90'] };
    use();
    const watching = watch();
    await watching.becomes('TERMINATED');
    expect((watching.state.nextTryAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(60_000);
  });

  test.each([
    ['rejected', 'FORBIDDEN', 200_000],
    ['noresource', 'NO_SUCH_ADDRESS', 200_000],
    ['invariant', 'REFUSED', 200_000],
    ['giveup;retry-after=60', 'REFUSED', 40_000],
    ['probation;retry-after=60', 'REFUSED', 40_000],
  ])('that is terminated as %s waits', async (reason, fault, atLeastMs) => {
    const { notifier, watching } = await active();
    notifier.notify([], { substate: `terminated;reason=${reason}` });
    await watching.becomes('TERMINATED');
    expect(watching.gone).toEqual(['phone']);
    expect(watching.state).toMatchObject({ fault });
    expect((watching.state.nextTryAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(atLeastMs);
  });

  test.each(['deactivated', 'timeout', 'something-else'])('that is terminated as %s is made anew', async (reason) => {
    const { notifier, watching } = await active();
    notifier.subscriptions.forEach((_one, callId) => {
      notifier.notify([], { substate: `terminated;reason=${reason}` });
      notifier.subscriptions.delete(callId);
    });
    await watching.until(() => watching.gone.length === 1);
    await watching.becomes('ACTIVE');
    expect(notifier.watchers.length).toBe(1);
  });

  test('with an address that is none is told so', async () => {
    await open();
    use();
    const watching = watch('tel 101');
    await watching.becomes('TERMINATED');
    expect(watching.state).toMatchObject({ fault: 'NO_SUCH_ADDRESS' });
  });
});

describe('the trunk of a subscription', () => {
  test('may come later, and go', async () => {
    const notifier = await open();
    const watching = watch();
    await watching.becomes('TERMINATED');
    expect(watching.state).toMatchObject({ fault: 'UNREACHABLE' });
    use();
    await watching.becomes('ACTIVE');
    telephony.configure([]);
    await watching.becomes('TERMINATED');
    expect(watching.gone).toEqual(['phone']);
    expect(notifier.watchers.length).toBe(1);
  });

  test('may have a second server, for when the first is silent', async () => {
    const silent = await open();
    silent.isSilent = true;
    const second = await open();
    use();
    const watching = watch();
    await watching.becomes('ACTIVE');
    expect([silent.watchers.length, second.watchers.length]).toEqual([0, 1]);
  });

  test('falls silent: nothing is believed any more, and all is asked for again when it is back', async () => {
    const { notifier, watching } = await active();
    notifier.isSilent = true;
    await watching.until(() => watching.state.status !== 'ACTIVE');
    expect(watching.gone).toEqual(['phone']);
    expect(watching.state).toMatchObject({ fault: 'UNREACHABLE' });
    notifier.isSilent = false;
    await watching.becomes('ACTIVE');
  });

  test('loses its connection: the subscription is made anew', async () => {
    const notifier = await open('TCP');
    use({ transport: 'TCP' });
    const watching = watch();
    await watching.becomes('ACTIVE');
    const [first] = notifier.watchers;
    notifier.subscriptions.clear();
    notifier.phone.drop();
    await watching.until(() => watching.gone.length === 1);
    await watching.becomes('ACTIVE');
    expect(notifier.watchers[0]?.header('Call-ID')).not.toBe(first?.header('Call-ID'));
  });

  test('with ports: a registered one subscribes', async () => {
    const notifier = await open();
    notifier.phone.on.set('REGISTER', (request) => notifier.phone.reply(request, 200, { headers: ['Expires: 60'] }));
    use({ channels: null, ports: [{ id: 'port-4001', username: '4001', password: 'geheim' }] });
    const watching = watch();
    await watching.becomes('ACTIVE');
    expect(notifier.watchers[0]?.header('From')).toMatch(/^<sip:4001@/);
  });
});

describe('Subscription-State', () => {
  test.each([
    ['active;expires=60', { state: 'active', expiresSeconds: 60 }],
    [
      'Terminated ; Reason=Probation; retry-after=5',
      { state: 'terminated', reason: 'probation', retryAfterSeconds: 5 },
    ],
    ['waiting;expires=soon', { state: 'pending', expiresSeconds: null }],
    ['', null],
    [';reason=x', null],
  ])('%s', (value, expected) => {
    const read = readSubscriptionState(value);
    if (expected === null) expect(read).toBeNull();
    else expect(read).toMatchObject(expected);
  });
});
