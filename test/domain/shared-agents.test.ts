import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { roomFor, type AgentGroup } from '../../src/engine/domain/shared-agents.js';

const group = (size: number, ...queueIds: string[]): AgentGroup => ({ queueIds: new Set(queueIds), size });
const calls = (counts: Record<string, number>) => new Map(Object.entries(counts));

describe('agents of several queues', () => {
  test('one agent of two queues has room for one call, whichever queue it is for', () => {
    const groups = [group(1, 'sales', 'service')];
    expect(roomFor('sales', calls({}), groups)).toBe(1);
    expect(roomFor('sales', calls({ service: 1 }), groups)).toBe(0);
  });

  test('a call of the other queue goes to an agent who is in that queue alone, if there is one', () => {
    const groups = [group(1, 'sales', 'service'), group(2, 'service')];
    expect(roomFor('sales', calls({ service: 2 }), groups)).toBe(1);
    expect(roomFor('sales', calls({ service: 3 }), groups)).toBe(0);
  });

  test('a chain of queues is seen through', () => {
    const groups = [group(1, 'a', 'b'), group(1, 'b', 'c')];
    expect(roomFor('a', calls({ b: 1, c: 1 }), groups)).toBe(0);
    expect(roomFor('a', calls({ b: 1 }), groups)).toBe(1);
  });

  test('calls without an agent of their queue take nobody else’s', () => {
    expect(roomFor('sales', calls({ service: 5 }), [group(2, 'sales')])).toBe(2);
  });

  test("is the least that any set of queues with this one leaves (Hall's condition), where all calls have an agent", () => {
    const queues = ['a', 'b', 'c', 'd'];
    const subsets = <T>(of: readonly T[]): T[][] =>
      of.reduce<T[][]>((sets, one) => [...sets, ...sets.map((set) => [...set, one])], [[]]);
    const spare = (set: readonly string[], counts: ReadonlyMap<string, number>, groups: readonly AgentGroup[]) => {
      const agents = groups.filter(({ queueIds }) => set.some((queue) => queueIds.has(queue)));
      const wanted = set.map((queue) => counts.get(queue) ?? 0);
      return agents.reduce((sum, { size }) => sum + size, 0) - wanted.reduce((sum, count) => sum + count, 0);
    };
    const anyGroups = fc.array(
      fc.tuple(fc.nat(3), fc.subarray(queues, { minLength: 1 })).map(([size, of]) => group(size, ...of)),
      { maxLength: 6 },
    );
    const anyCalls = fc.array(fc.nat(3), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(anyGroups, anyCalls, (groups, counts) => {
        const wanted = new Map(queues.map((queue, index) => [queue, counts[index] ?? 0]));
        fc.pre(subsets(queues).every((set) => spare(set, wanted, groups) >= 0));
        const least = Math.min(...subsets(queues.slice(1)).map((others) => spare(['a', ...others], wanted, groups)));
        expect(roomFor('a', wanted, groups)).toBe(least);
      }),
    );
  });
});
