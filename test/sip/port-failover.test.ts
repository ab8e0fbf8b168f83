import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CallFailure, PortSettings } from '../../src/engine/contracts/telephony.js';
import type { SipTelephony } from '../../src/engine/sip/telephony.js';
import { expectFailure } from '../support/answered-call.js';
import type { RealClock } from '../support/real-clock.js';
import { ScriptedRegistrar } from '../support/scripted-registrar.js';
import { callRequest, openTelephony, trunkTo } from '../support/sip-bench.js';

const ports: PortSettings[] = ['4001', '4002', '4003'].map((username) => ({
  id: `port-${username}`,
  username,
  password: `secret of ${username}`,
}));
const users = new Map(ports.map(({ username, password }) => [username, password]));

describe('the ports of a trunk with two servers', () => {
  let telephony: SipTelephony;
  let clock: RealClock;
  let first: ScriptedRegistrar;
  let second: ScriptedRegistrar;

  beforeEach(async () => {
    ({ telephony, clock } = await openTelephony({ noResponseTimeoutMs: 300 }));
    first = await ScriptedRegistrar.open({ users });
    second = await ScriptedRegistrar.open({ users });
    const servers = [first, second].map(({ port }) => ({ host: '127.0.0.1', sipPort: port }));
    telephony.configure([trunkTo(0, { channels: null, ports, servers })]);
    await allRegisteredAt(first);
  });
  afterEach(async () => {
    await telephony.close();
    await Promise.all([first.close(), second.close()]);
    expect(clock.pending).toBe(0);
  });

  const allRegisteredAt = (registrar: ScriptedRegistrar): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        const isSo = telephony.lines().every(({ health }) => health.state === 'IN_SERVICE');
        if (!isSo || registrar.bindings.size < ports.length) return;
        stop();
        resolve();
      };
      const stop = telephony.onLinesChanged(check);
      check();
    });
  const refuse = (registrar: ScriptedRegistrar, headers: readonly string[] = []): void =>
    void registrar.phone.on.set('INVITE', (invite) => registrar.phone.reply(invite, 503, { phrase: 'Full', headers }));
  const call = (at: number): Promise<CallFailure> =>
    expectFailure(telephony.placeCall(callRequest({ lineId: ports[at]?.id ?? '' })).answerOrFailure);

  test('stay registered where they are when one call is refused with 503', async () => {
    refuse(first);
    expect(await call(0)).toMatchObject({ sipStatus: 503 });
    expect(telephony.lines().map(({ health }) => health.state)).toEqual(ports.map(() => 'IN_SERVICE'));
    first.phone.on.set('INVITE', (invite) => first.phone.reply(invite, 486));
    for (const at of ports.keys()) expect(await call(at)).toMatchObject({ sipStatus: 486 });
    expect(second.registers).toBe(0);
  });

  test('go to the other one when five calls in a row are refused with 503', async () => {
    refuse(first);
    for (let n = 0; n < 5; n++) expect(await call(n % ports.length)).toMatchObject({ sipStatus: 503 });
    await allRegisteredAt(second);
    second.phone.on.set('INVITE', (invite) => second.phone.reply(invite, 486));
    expect(await call(0)).toMatchObject({ sipStatus: 486 });
  });

  test('end a call of an earlier run at the server that had it, though they are registered at the other one', async () => {
    const [{ id: lineId } = { id: '' }] = ports;
    const invite = {
      ...{ lineId, server: { host: '127.0.0.1', port: second.port }, callId: 'earlier', localTag: 'ours', sequence: 1 },
      ...{ branch: 'z9hG4bKearlier', localUri: 'sip:4001@127.0.0.1', remoteUri: 'sip:4930901820042@127.0.0.1' },
    };
    second.phone.on.set('CANCEL', (cancel) => second.phone.reply(cancel, 481));
    expect(await telephony.cancelLeftOverCall(invite)).toBe(true);
    expect([first.phone.count('CANCEL'), second.phone.count('CANCEL')]).toEqual([0, 1]);
    second.phone.on.set('BYE', (bye) => second.phone.reply(bye, 481));
    const { remoteUri: remoteTarget, sequence: localSequence } = invite;
    const saved = { ...invite, remoteTag: 'theirs', remoteTarget, localSequence, remoteSequence: null, routeSet: [] };
    expect(await telephony.endLeftOverCall(saved)).toBe(true);
    expect([first.phone.count('BYE'), second.phone.count('BYE')]).toEqual([0, 1]);
  });

  test('go to the other one for as long as a 503 asks to be left alone', async () => {
    refuse(first, ['Retry-After: 120']);
    await call(0);
    await allRegisteredAt(second);
    const message = '1 of 2 servers are not used: The server refuses calls: 503 Full';
    expect(telephony.trunks()).toMatchObject([
      { health: { state: 'IN_SERVICE', message }, failover: { message, sipStatus: 503, since: expect.any(Date) } },
    ]);
  });
});
