import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { PortSettings, TrunkSettings } from '../../src/engine/contracts/telephony.js';
import type { SipTelephony } from '../../src/engine/sip/telephony.js';
import { expectAnswer } from '../support/answered-call.js';
import { hasKamailio, Kamailio } from '../support/kamailio.js';
import type { RealClock } from '../support/real-clock.js';
import { ScriptedPhone } from '../support/scripted-phone.js';
import { callRequest, openTelephony, trunkTo } from '../support/sip-bench.js';

const inCi = process.env['CI'] === 'true';
if (!hasKamailio && !inCi) process.stderr.write('SKIPPED: the tests against Kamailio, which is not installed\n');
const describeKamailio = hasKamailio || inCi ? describe : describe.skip;

const portsFrom = (first: number, count: number): PortSettings[] =>
  Array.from({ length: count }, (_, at) => {
    const username = String(first + at);
    return { id: `port-${username}`, username, password: `secret of ${username}` };
  });

describeKamailio('against Kamailio as registrar and proxy', () => {
  let kamailio: Kamailio;
  let phone: ScriptedPhone;
  let telephony: SipTelephony;
  let clock: RealClock;

  beforeAll(async () => {
    phone = await ScriptedPhone.open();
    kamailio = await Kamailio.start(phone.port);
  });
  afterAll(async () => {
    await kamailio.stop();
    await phone.close();
  });
  beforeEach(async () => {
    const authorities = readFileSync(new URL('../fixtures/tls/cert.pem', import.meta.url), 'utf8');
    ({ telephony, clock } = await openTelephony({
      noResponseTimeoutMs: 1_000,
      optionsIntervalMs: 2_000,
      tls: { port: 0, authorities },
    }));
  });
  afterEach(async () => {
    await telephony.close();
    expect(clock.pending).toBe(0);
  });

  const use = (ports: readonly PortSettings[], over: Partial<TrunkSettings> = {}): void => {
    const sipPort = over.transport === 'TLS' ? kamailio.tlsPort : kamailio.port;
    telephony.configure([trunkTo(sipPort, { channels: null, ports, ...over })]);
  };
  const until = (isSo: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!isSo()) return;
        stop();
        resolve();
      };
      const stop = telephony.onLinesChanged(check);
      check();
    });
  const allAre = (state: string): Promise<void> =>
    until(() => telephony.lines().every(({ health }) => health.state === state));

  test.each(['UDP', 'TCP', 'TLS'] as const)(
    'a port registers over %s, calls through the proxy with its password, and hangs up along the recorded route',
    async (transport) => {
      use(portsFrom(4_001, 1), { transport });
      await allAre('IN_SERVICE');
      const call = telephony.placeCall(callRequest({ lineId: 'port-4001' }));
      const invite = await phone.next('INVITE');
      expect(invite.header('From')).toContain('sip:4001@127.0.0.1');
      expect(invite.headers('Record-Route').length).toBeGreaterThan(0);
      expect(invite.header('Proxy-Authorization')).toBe('');
      phone.reply(invite, 200, {
        sdp: true,
        headers: invite.headers('Record-Route').map((route) => `Record-Route: ${route}`),
      });
      const answer = await expectAnswer(call.answerOrFailure);
      await phone.next('ACK');
      await answer.hangUp();
      expect((await phone.next('BYE')).header('Call-ID')).toBe(invite.header('Call-ID'));
    },
  );

  test('a wrong password is told as such', async () => {
    use([{ id: 'port-4001', username: '4001', password: 'wrong' }]);
    await allAre('BACKING_OFF');
    expect(telephony.lines()[0]?.health).toMatchObject({ sipStatus: 401 });
  });

  test('500 ports register, are out while Kamailio is dead, and register again by themselves', async () => {
    const ports = portsFrom(5_000, 500);
    use(ports);
    await allAre('IN_SERVICE');
    await kamailio.die();
    await until(() => telephony.lines().every(({ health }) => health.state !== 'IN_SERVICE'));
    expect(telephony.trunks()[0]?.health.message).toMatch(/^500 of 500 ports are not registered/);
    await kamailio.comeBack();
    await allAre('IN_SERVICE');
    // Kamailio has forgotten everybody, so that a call shows that the port has registered anew.
    const call = telephony.placeCall(callRequest({ lineId: 'port-5499' }));
    phone.reply(await phone.next('INVITE'), 486);
    expect(await call.answerOrFailure).toMatchObject({ kind: 'failed', sipStatus: 486 });
  }, 120_000);
});
