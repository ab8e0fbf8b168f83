import { afterEach, describe, expect, test } from '@jest/globals';
import { stateOf } from '../../src/engine/agents/oscc.js';
import type { ScriptedOscc } from '../support/scripted-oscc.js';
import { startOscc } from '../support/source-harnesses.js';
import { describeAgentSource } from './agent-source-contract.js';

// The peer is a simulator of our own interface, not verified against the product.
describeAgentSource('oscc, against a simulator of our own', {
  knowsAgents: true,
  canBeAway: true,
  isRead: false,
  wrapUpMs: 0,
  staleAfterMs: 3_000,
  secrets: ['geheim-oscc'],
  start: () => Promise.resolve(startOscc()),
});

describe('the oscc source, against a simulator of our own', () => {
  let bench: ReturnType<typeof startOscc>;

  afterEach(() => bench.source.stop());

  const synced = async (prepare?: (peer: ScriptedOscc) => void): Promise<typeof bench> => {
    bench = startOscc(undefined, prepare);
    bench.source.start();
    await bench.clock.advance(0);
    return bench;
  };

  test.each([
    ['Available', [], 'AVAILABLE'],
    ['Available', ['Talking'], 'TALKING'],
    ['Available', ['Holding'], 'HELD'],
    ['Unavailable', ['Ringing'], 'RINGING'],
    ['Available', ['Consulting'], 'UNKNOWN'],
    ['Work', [], 'WRAPUP'],
    ['Unavailable', [], 'UNAVAILABLE'],
    ['Unknown', [], 'UNKNOWN'],
    ['Something new', [], 'UNKNOWN'],
  ])('routing %s while handling %j is %s', async (routingState, handlingStates, state) => {
    await synced();
    expect(stateOf({ userKey: 1, routingState, handlingStates })).toBe(state);
  });

  test('who is absent from the element is logged out', async () => {
    const { peer, clock, source } = await synced();
    peer.set('b', { isLoggedOn: false });
    await clock.advance(0);
    expect(source.agents?.().map(({ state }) => state)).toEqual(['AVAILABLE', 'LOGGED_OUT', 'AVAILABLE']);
    expect(source.snapshot()).toMatchObject({ loggedIn: 2, free: 2 });
  });

  test('where the group counts fewer idle users than are seen, the smaller number counts', async () => {
    const { peer, clock, source } = await synced();
    const group = { loggedOnUsers: 3, idleUsers: 3, busyUsers: 0, awayUsers: 0, handlingRoutedUsers: 0 };
    peer.say({ type: 'group', group: { ...group, groupKey: '7', handlingDirectUsers: 2, callsWaiting: 4 } });
    await clock.advance(0);
    expect(source.snapshot()).toMatchObject({ free: 1, unknown: 2, callersWaiting: 4, exact: false });
  });

  test('where the server does not tell who is in the group, its counts are taken and nobody is named', async () => {
    const { peer, clock, source } = await synced((oscc) => {
      oscc.tellsGroups = false;
    });
    expect(source.health().status).toBe('SYNCED');
    peer.set('a', { handlingStates: ['Talking'] });
    await clock.advance(0);
    expect(source.snapshot()).toMatchObject({ loggedIn: 3, free: 2, busy: 1, callsSeen: 1 });
    expect(source.agents?.()).toEqual([]);
  });

  test.each([true, false])(
    'a group that the server does not know is an error, not one that is connected to for ever (members told: %s)',
    async (tellsGroups) => {
      const { peer, clock, source } = await synced((oscc) => {
        oscc.groupKey = '8';
        oscc.tellsGroups = tellsGroups;
      });
      expect(source.health().status).toBe('CONNECTING');
      await clock.advance(10_000);
      expect(source.health()).toMatchObject({ status: 'DOWN', fault: 'UNKNOWN_POOL' });
      expect(source.health().message).toContain('"7"');
      expect(peer.registrations).toBe(0);
      peer.groupKey = '7';
      await clock.advance(10_000);
      expect(source.snapshot().free).toBe(3);
    },
  );

  test('a refused logon is told, and no registration is left behind', async () => {
    const { peer, source } = await synced((oscc) => {
      oscc.password = 'another';
    });
    expect(source.health()).toMatchObject({ status: 'DOWN', fault: 'AUTH' });
    expect(peer.registrations).toBe(0);
  });

  test('a manager of the server that is out of order ends the session', async () => {
    const { peer, clock, source } = await synced();
    peer.say({ type: 'manager', isInOrder: false });
    await clock.advance(0);
    expect(source.health()).toMatchObject({ status: 'DOWN', fault: 'PROTOCOL' });
    expect(source.snapshot().free).toBe(0);
  });
});
