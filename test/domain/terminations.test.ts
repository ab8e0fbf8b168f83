import { describe, expect, test } from '@jest/globals';
import type { AmdResultKind } from '../../src/engine/domain/amd/finding.js';
import { machineAnswered } from '../../src/engine/domain/terminations.js';

const at = new Date('2026-03-02T09:00:00Z');

describe('a call that no person answered', () => {
  test.each<[Exclude<AmdResultKind, 'HUMAN'>, string, string, string]>([
    ['MACHINE', 'AMD', 'machine', 'CALLEE'],
    ['FAX', 'AMD', 'fax', 'CALLEE'],
    ['SILENCE', 'AMD', 'silence-on-answer', 'CALLEE'],
    ['SIT', 'FAILED', 'number-not-reachable', 'CARRIER'],
    ['BUSY', 'BUSY', 'busy-tone', 'CALLEE'],
    ['RINGBACK', 'FAILED', 'no-answer', 'CALLEE'],
  ])('with %s ends as %s, %s, and counts', (kind, status, reason, attributedTo) => {
    expect(machineAnswered(kind, at)).toEqual({ status, reason, attributedTo, countsAsAttempt: true, at });
  });
});
