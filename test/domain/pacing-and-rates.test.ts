import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CallRate } from '../../src/engine/domain/call-rate.js';
import { pace, type PacingFacts } from '../../src/engine/domain/pacing.js';
import { RollingCount } from '../../src/engine/domain/rolling-count.js';
import { shareInTurn } from '../../src/engine/domain/share-in-turn.js';

describe('the pace', () => {
  const facts: PacingFacts = {
    mode: 'PROGRESSIVE',
    databaseUp: true,
    leased: true,
    windowOpen: true,
    dncInService: true,
    agentSourceHealthy: true,
    linesInService: 10,
    freeAgents: 5,
    reservedAgents: 2,
    freeLines: 10,
    callsAllowed: 10,
    leadDue: true,
  };

  test('is one call for a free agent', () => {
    expect(pace(facts)).toEqual({ callsToPlace: 3, limitedBy: 'NO_AGENTS' });
  });

  test.each([
    ['DATABASE_DOWN', { databaseUp: false, leased: false, windowOpen: false }],
    ['NOT_LEASED', { leased: false, windowOpen: false }],
    ['OUTSIDE_SCHEDULE', { windowOpen: false, dncInService: false }],
    ['DNC_OUT_OF_SERVICE', { dncInService: false, agentSourceHealthy: false }],
    ['AGENT_SOURCE_DOWN', { agentSourceHealthy: false, linesInService: 0, freeAgents: 0 }],
    ['TRUNK_DOWN', { linesInService: 0, freeLines: 0, freeAgents: 0 }],
    ['NO_AGENTS', { freeAgents: 2, freeLines: 0 }],
    ['NO_AGENTS', { freeAgents: 0, reservedAgents: 2 }],
    ['NO_FREE_PORTS', { freeLines: 0, callsAllowed: -1 }],
    ['CALL_LIMIT', { callsAllowed: 0, leadDue: false }],
    ['NO_DUE_LEADS', { leadDue: false }],
  ] as const)('is nothing because of %s', (limitedBy, over) => {
    expect(pace({ ...facts, ...over })).toEqual({ callsToPlace: 0, limitedBy });
  });

  test('names what allows no more', () => {
    expect(pace({ ...facts, freeLines: 2 })).toEqual({ callsToPlace: 2, limitedBy: 'NO_FREE_PORTS' });
    expect(pace({ ...facts, callsAllowed: 1, freeLines: 2 })).toEqual({ callsToPlace: 1, limitedBy: 'CALL_LIMIT' });
  });
});

describe('sharing in turn', () => {
  test('gives everybody his share, and goes on where it stopped', () => {
    expect(shareInTurn(4, [5, 5, 5], 1)).toEqual({ shares: [1, 2, 1], next: 2 });
    expect(shareInTurn(1, [5, 5], 0)).toEqual({ shares: [1, 0], next: 1 });
    expect(shareInTurn(5, [1, 0, 9], 0)).toEqual({ shares: [1, 0, 4], next: 0 });
    expect(shareInTurn(3, [], 4)).toEqual({ shares: [], next: 0 });
    expect(shareInTurn(-1, [1], 0).shares).toEqual([0]);
  });

  test('is fair', () => {
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.array(fc.nat(20), { minLength: 1, maxLength: 8 }),
        fc.nat(20),
        (units, demands, first) => {
          const { shares } = shareInTurn(units, demands, first);
          const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
          expect(sum(shares)).toBe(Math.min(units, sum(demands)));
          const hungry = shares.filter((share, index) => share < (demands[index] ?? 0));
          shares.forEach((share, index) => expect(share).toBeLessThanOrEqual(demands[index] ?? 0));
          if (hungry.length > 0) expect(Math.max(...shares) - Math.min(...hungry)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

describe('a rate', () => {
  test('of calls is kept in every second', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 20, noNaN: true }),
        fc.array(fc.nat(400), { maxLength: 300 }),
        (cap, gaps) => {
          const rate = new CallRate(cap);
          const taken: number[] = [];
          let nowMs = 0;
          for (const gap of gaps) {
            nowMs += gap;
            if (rate.take(nowMs)) taken.push(nowMs);
            else expect(rate.delayMs(nowMs)).toBeGreaterThan(0);
          }
          for (const from of taken) {
            expect(taken.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(Math.max(1, cap));
          }
        },
      ),
    );
  });

  test('of calls below one a second', () => {
    const rate = new CallRate(0.5);
    expect(rate.take(0)).toBe(true);
    expect(rate.delayMs(500)).toBe(1500);
    expect(rate.take(1999)).toBe(false);
    expect(rate.take(2000)).toBe(true);
  });

  test('per minute forgets what is older', () => {
    const count = new RollingCount();
    count.add(0);
    count.add(500);
    count.add(30_000);
    expect(count.count(59_000)).toBe(3);
    expect(count.count(60_000)).toBe(1);
    expect(count.count(90_000)).toBe(0);
  });
});
