import { describe, expect, test } from '@jest/globals';
import { attemptTransitions } from '../../src/engine/domain/call-attempt-state.js';
import { campaignTransitions } from '../../src/engine/domain/campaign-state.js';
import { engineTransitions } from '../../src/engine/domain/engine-state.js';
import { leadPlaceTransitions } from '../../src/engine/domain/lead-state.js';
import { findTableFaults } from '../../src/engine/domain/transition-table.js';

describe('each state can be reached, and each end is final', () => {
  test.each([
    ['an attempt', findTableFaults(attemptTransitions, { initial: 'QUEUED', final: ['ENDED'] })],
    ['a lead', findTableFaults(leadPlaceTransitions, { initial: 'NEW', final: [] })],
    ['a campaign', findTableFaults(campaignTransitions, { initial: 'STOPPED', final: [] })],
    ['the engine', findTableFaults(engineTransitions, { initial: 'STANDBY', final: ['STOPPED'] })],
  ])('of %s', (_machine, faults) => {
    expect(faults).toEqual([]);
  });

  test('and a broken table is found out', () => {
    const table = { A: ['B'], B: ['A'], C: [], D: ['A'] } as const;
    expect(findTableFaults<'A' | 'B' | 'C' | 'D'>(table, { initial: 'A', final: ['B'] })).toEqual([
      'B is final, yet it is left for A',
      'C cannot be reached from A',
      'C is not final, yet nothing follows',
      'D cannot be reached from A',
    ]);
  });
});
