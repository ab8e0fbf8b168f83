import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Line, PortSettings, TrunkSettings } from '../../src/engine/contracts/telephony.js';
import { findTableFaults } from '../../src/engine/domain/transition-table.js';
import { registrationTable } from '../../src/engine/domain/registration-state.js';
import type { SipTelephony } from '../../src/engine/sip/telephony.js';
import { expectAnswer, expectFailure } from '../support/answered-call.js';
import type { RealClock } from '../support/real-clock.js';
import { type RegistrarOptions, ScriptedRegistrar } from '../support/scripted-registrar.js';
import { callRequest, openTelephony, trunkTo } from '../support/sip-bench.js';

const portsNamed = (...usernames: string[]): PortSettings[] =>
  usernames.map((username) => ({ id: `port-${username}`, username, password: `secret of ${username}` }));
const usersOf = (ports: readonly PortSettings[]): Map<string, string> =>
  new Map(ports.map(({ username, password }) => [username, password]));

const ports = portsNamed('4001', '4002', '4003');
let telephony: SipTelephony;
let clock: RealClock;
let registrars: ScriptedRegistrar[];

beforeEach(async () => {
  registrars = [];
  ({ telephony, clock } = await openTelephony({ noResponseTimeoutMs: 300 }));
});
afterEach(async () => {
  await telephony.close();
  await Promise.all(registrars.map((registrar) => registrar.close()));
  expect(clock.pending).toBe(0);
});

const registrar = async (options: Partial<RegistrarOptions> = {}): Promise<ScriptedRegistrar> => {
  const opened = await ScriptedRegistrar.open({ users: usersOf(ports), ...options });
  registrars.push(opened);
  return opened;
};
const registeredTrunk = (over: Partial<TrunkSettings> = {}): TrunkSettings =>
  trunkTo(0, {
    channels: null,
    ports: portsNamed('4001'),
    servers: registrars.map(({ port }) => ({ host: '127.0.0.1', sipPort: port })),
    ...over,
  });
const line = (username = '4001'): Line => {
  const found = telephony.line(`port-${username}`);
  if (!found) throw new Error('No such line');
  return found;
};
const until = (isSo: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const stop = telephony.onLinesChanged(() => {
      if (!isSo()) return;
      stop();
      resolve();
    });
    if (isSo()) {
      stop();
      resolve();
    }
  });
const becomes = (state: Line['health']['state'], username?: string): Promise<void> =>
  until(() => line(username).health.state === state);

test('the states of a registration are connected', () => {
  expect(findTableFaults(registrationTable, { initial: 'QUEUED', final: ['ENDED'] })).toEqual([]);
});

describe('a dialer port', () => {
  test.each<[string, Partial<RegistrarOptions>]>([
    ['MD5 and qop', {}],
    ['MD5 without qop', { qop: false }],
    ['SHA-256', { algorithm: 'SHA-256' }],
    ['a challenge by 407', { challenge: 407 }],
    ['TCP', { link: { transport: 'TCP' } }],
  ])('registers with %s and is a line of its own', async (_what, options) => {
    const { bindings } = await registrar(options);
    telephony.configure([registeredTrunk({ transport: options.link?.transport ?? 'UDP' })]);
    expect(line()).toMatchObject({
      portName: '4001',
      capacity: 1,
      trunkId: 'trunk-1',
      health: { state: 'CONNECTING' },
    });
    expect(
      await expectFailure(telephony.placeCall(callRequest({ lineId: 'port-4001' })).answerOrFailure),
    ).toMatchObject({
      localCause: 'no-line',
    });
    await becomes('IN_SERVICE');
    expect([...bindings.keys()]).toEqual(['4001']);
    expect(telephony.trunks()).toMatchObject([{ id: 'trunk-1', health: { state: 'IN_SERVICE' } }]);
  });

  test('registers once more when its nonce is stale', async () => {
    const server = await registrar();
    server.staleNonces = 1;
    telephony.configure([registeredTrunk()]);
    await becomes('IN_SERVICE');
    expect([server.bindings.size, server.registers]).toEqual([1, 3]);
  });

  test('calls from its own address with its own credentials', async () => {
    const { phone } = await registrar();
    telephony.configure([registeredTrunk()]);
    await becomes('IN_SERVICE');
    const call = telephony.placeCall(callRequest({ lineId: 'port-4001' }));
    const first = await phone.next('INVITE');
    expect(first.header('From')).toMatch(/^<sip:4001@127\.0\.0\.1:\d+>/);
    phone.reply(first, 407, { headers: ['Proxy-Authenticate: Digest realm="pbx", nonce="n", qop="auth"'] });
    const invite = await phone.next((message) => message.method === 'INVITE' && message.cseq > first.cseq);
    expect(invite.header('Proxy-Authorization')).toContain('username="4001"');
    phone.reply(invite, 200, { sdp: true });
    await (await expectAnswer(call.answerOrFailure)).hangUp();
  });

  test('is refreshed before its time is up, with the same Call-ID and a higher number', async () => {
    const server = await registrar();
    server.expires = 2;
    telephony.configure([registeredTrunk()]);
    await becomes('IN_SERVICE');
    const { since } = line().health;
    const first = server.bindings.get('4001');
    await server.phone.next((message) => message.method === 'REGISTER' && message.cseq === (first?.cseq ?? 0) + 2);
    const second = server.bindings.get('4001');
    expect(second?.callId).toBe(first?.callId);
    expect(second?.cseq).toBe((first?.cseq ?? 0) + 2);
    expect(line().health).toEqual({ state: 'IN_SERVICE', since });
  });

  test.each(['expires-header', 'nothing'] as const)(
    'does not storm a registrar that grants by %s',
    async (grantsBy) => {
      const server = await registrar();
      server.grantsBy = grantsBy;
      telephony.configure([registeredTrunk()]);
      await becomes('IN_SERVICE');
      expect(server.registers).toBe(2);
    },
  );

  test('asks for longer when the registrar wants it', async () => {
    const server = await registrar();
    server.minExpires = 3_600;
    telephony.configure([registeredTrunk()]);
    await becomes('IN_SERVICE');
    expect(server.phone.log.at(-1)?.header('Expires')).toBe('3600');
  });

  test('with a wrong password backs off for long and says why', async () => {
    const server = await registrar();
    telephony.configure([registeredTrunk({ ports: [{ id: 'port-4001', username: '4001', password: 'wrong' }] })]);
    await becomes('BACKING_OFF');
    expect(line().health).toMatchObject({
      sipStatus: 401,
      message: 'The registrar refuses the user name or password: 401',
    });
    expect((line().health.nextTryAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(20_000);
    expect(server.registers).toBe(2);
    await until(() => telephony.trunks()[0]?.health.state === 'BACKING_OFF');
    expect(telephony.trunks()[0]?.health.message).toMatch(/^1 of 1 ports are not registered: The registrar refuses/);
    // A MASTER corrects it.
    telephony.configure([registeredTrunk()]);
    await becomes('IN_SERVICE');
  });

  test.each([302, 403, 480])('that is answered %i waits and tries again', async (status) => {
    const server = await registrar();
    server.answer = { status };
    telephony.configure([registeredTrunk()]);
    await becomes('BACKING_OFF');
    expect(line().health).toMatchObject({ sipStatus: status, nextTryAt: expect.any(Date) });
  });

  test('comes back by itself when its registrar does', async () => {
    const server = await registrar();
    server.expires = 2;
    telephony.configure([registeredTrunk()]);
    await becomes('IN_SERVICE');
    server.isSilent = true;
    await becomes('BACKING_OFF');
    expect(
      await expectFailure(telephony.placeCall(callRequest({ lineId: 'port-4001' })).answerOrFailure),
    ).toMatchObject({
      localCause: 'no-line',
    });
    server.isSilent = false;
    await becomes('IN_SERVICE');
  });

  test('goes to the next registrar while the first is silent, and back to it at a refresh', async () => {
    const first = await registrar();
    const second = await registrar();
    second.expires = 2;
    first.isSilent = true;
    telephony.configure([registeredTrunk()]);
    await becomes('IN_SERVICE');
    expect([first.bindings.size, second.bindings.size]).toEqual([0, 1]);
    first.isSilent = false;
    await until(() => first.bindings.size === 1 && line().health.state === 'IN_SERVICE');
  });

  test('stays registered with a cluster whose servers share their bindings when it goes to another one', async () => {
    const first = await registrar();
    const second = await registrar();
    second.expires = 2;
    first.isSilent = true;
    telephony.configure([registeredTrunk()]);
    await becomes('IN_SERVICE');
    first.isSilent = false;
    await until(() => first.bindings.size === 1 && line().health.state === 'IN_SERVICE');
    first.phone.on.set('INVITE', (invite) => first.phone.reply(invite, 486));
    await telephony.placeCall(callRequest({ lineId: 'port-4001' })).answerOrFailure;
    expect(second.phone.log.filter((message) => message.header('Expires') === '0')).toEqual([]);
  });

  test('whose calls are refused five times in a row is taken out until it has registered again', async () => {
    const { phone } = await registrar();
    telephony.configure([registeredTrunk({ ports: portsNamed('4001', '4002') })]);
    await becomes('IN_SERVICE');
    await becomes('IN_SERVICE', '4002');
    phone.on.set('INVITE', (invite) => phone.reply(invite, 403));
    for (let n = 0; n < 5; n++) await telephony.placeCall(callRequest({ lineId: 'port-4001' })).answerOrFailure;
    expect(line().health).toMatchObject({ state: 'BACKING_OFF', sipStatus: 403 });
    await becomes('IN_SERVICE');
  });

  test('registers over another connection at once when its own is lost', async () => {
    const { phone, bindings } = await registrar({ link: { transport: 'TCP' } });
    telephony.configure([registeredTrunk({ transport: 'TCP' })]);
    await becomes('IN_SERVICE');
    const before = bindings.get('4001')?.callId;
    phone.drop();
    await phone.next('OPTIONS');
    await until(() => line().health.state === 'IN_SERVICE' && bindings.get('4001') !== undefined && phone.accepted > 1);
    expect(bindings.get('4001')?.callId).toBe(before);
  });
});

describe('the ports of a trunk', () => {
  test('come and go without disturbing the others', async () => {
    const server = await registrar();
    telephony.configure([registeredTrunk({ ports: portsNamed('4001', '4002') })]);
    await becomes('IN_SERVICE');
    await becomes('IN_SERVICE', '4002');
    const kept = line('4001').health.since;
    const binding = server.bindings.get('4001');
    telephony.configure([registeredTrunk({ name: 'Renamed', ports: portsNamed('4001', '4003') })]);
    await becomes('IN_SERVICE', '4003');
    await server.phone.next((message) => message.header('Expires') === '0' && message.header('To').includes('4002'));
    expect(line('4001')).toMatchObject({ trunkName: 'Renamed', health: { since: kept } });
    expect(server.bindings.get('4001')).toBe(binding);
    expect(telephony.lines().map(({ portName }) => portName)).toEqual(['4001', '4003']);
  });

  test('that are removed finish their calls before they unregister', async () => {
    const { phone, bindings } = await registrar();
    telephony.configure([registeredTrunk()]);
    await becomes('IN_SERVICE');
    const call = telephony.placeCall(callRequest({ lineId: 'port-4001' }));
    phone.reply(await phone.next('INVITE'), 200, { sdp: true });
    const answer = await expectAnswer(call.answerOrFailure);
    telephony.configure([registeredTrunk({ ports: [] })]);
    expect(telephony.trunks()[0]?.health).toMatchObject({
      state: 'OUT_OF_SERVICE',
      message: expect.stringMatching(/no/),
    });
    expect(bindings.size).toBe(1);
    await answer.hangUp();
    await phone.next((message) => message.header('Expires') === '0');
  });

  test('stay registered when the servers of their trunk are edited', async () => {
    const { phone, bindings, port } = await registrar();
    telephony.configure([registeredTrunk()]);
    await becomes('IN_SERVICE');
    const before = bindings.get('4001')?.callId;
    telephony.configure([registeredTrunk({ servers: [{ host: 'localhost', sipPort: port }] })]);
    await becomes('IN_SERVICE');
    expect(bindings.get('4001')?.callId).not.toBe(before);
    expect(phone.log.filter((message) => message.header('Expires') === '0')).toEqual([]);
  });

  test('are told to the registrar when the process ends', async () => {
    const { bindings } = await registrar();
    telephony.configure([registeredTrunk({ ports })]);
    for (const { username } of ports) await becomes('IN_SERVICE', username);
    expect(bindings.size).toBe(3);
    await telephony.close();
    expect(bindings.size).toBe(0);
  });

  test('do not keep the process from ending when their registrar is silent', async () => {
    const server = await registrar();
    telephony.configure([registeredTrunk({ ports })]);
    for (const { username } of ports) await becomes('IN_SERVICE', username);
    server.isSilent = true;
    await telephony.close();
    expect(server.bindings.size).toBe(3);
  });

  test('say together how many of them are registered', async () => {
    await registrar({ users: usersOf(portsNamed('4001', '4002')) });
    telephony.configure([registeredTrunk({ ports })]);
    await becomes('BACKING_OFF', '4003');
    await becomes('IN_SERVICE', '4001');
    await until(() => telephony.trunks()[0]?.health.state === 'IN_SERVICE');
    expect(telephony.trunks()[0]?.health.message).toMatch(/^1 of 3 ports are not registered: The registrar refuses/);
  });

  test('that get a call from the PBX are busy', async () => {
    const { phone, bindings } = await registrar();
    telephony.configure([registeredTrunk()]);
    await becomes('IN_SERVICE');
    const target = /<([^>]+)>/.exec(bindings.get('4001')?.contact ?? '')?.[1] ?? '';
    phone.send(
      [
        `INVITE ${target} SIP/2.0`,
        `Via: SIP/2.0/UDP 127.0.0.1:${phone.port};branch=z9hG4bKinbound`,
        'From: <sip:someone@pbx>;tag=a',
        'To: <sip:4001@pbx>',
        'Call-ID: inbound',
        'CSeq: 1 INVITE',
        'Max-Forwards: 70',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
      telephony.localPort,
    );
    expect((await phone.next(486)).header('Call-ID')).toBe('inbound');
  });

  test('register one after the other, 300 of them', async () => {
    const many = portsNamed(...Array.from({ length: 300 }, (_, at) => `${5_000 + at}`));
    const server = await registrar({ users: usersOf(many) });
    let told = 0;
    telephony.onLinesChanged(() => told++);
    const startedAtMs = performance.now();
    telephony.configure([registeredTrunk({ ports: many })]);
    await until(() => telephony.lines().every(({ health }) => health.state === 'IN_SERVICE'));
    // 50 a second, never more: the first is at once.
    expect(performance.now() - startedAtMs).toBeGreaterThan(5_900);
    expect(server.bindings.size).toBe(300);
    expect(server.registers).toBe(600);
    expect(told).toBeLessThan(900);
  });
});
