import { describe, expect, test } from '@jest/globals';
import type { LeadStatus } from '../../src/engine/domain/lead-state.js';
import { afterAttempt, type EndedAttempt, type RetryPolicy } from '../../src/engine/domain/retry-policy.js';
import type { Termination } from '../../src/engine/domain/termination.js';
import { engineRestarted, givenBack, onDoNotCallList, transferred } from '../../src/engine/domain/terminations.js';

const at = new Date('2026-03-02T17:00:00Z');
const policy: RetryPolicy = {
  maxAttempts: 3,
  retryMinutes: 1440,
  retryStatuses: ['FAILED', 'BUSY', 'DECLINED', 'AMD', 'SERVICE_TEMPORARILY_UNAVAILABLE', 'UNKNOWN'],
  retryUnreachable: false,
};

function failed(over: Partial<Termination> = {}): Termination {
  return { status: 'BUSY', attributedTo: 'CALLEE', reason: 'busy', countsAsAttempt: true, at, ...over };
}

function after(ended: Partial<EndedAttempt>, over: Partial<RetryPolicy> = {}): ReturnType<typeof afterAttempt> {
  return afterAttempt(
    { termination: failed(), statusBefore: 'NOT_CALLED', attemptCount: 0, ...ended },
    { ...policy, ...over },
  );
}

describe('a lead', () => {
  test('that was not reached is due the retry time after the end of the call', () => {
    expect(after({})).toEqual({
      status: 'BUSY',
      place: 'RETRY',
      dueAt: new Date('2026-03-03T17:00:00Z'),
      attemptCount: 1,
    });
  });

  test('whose attempts are used up is done', () => {
    expect(after({ attemptCount: 1 }).place).toBe('RETRY');
    expect(after({ attemptCount: 2 })).toEqual({ status: 'BUSY', place: 'DONE', dueAt: null, attemptCount: 3 });
    expect(after({}, { maxAttempts: 1 }).place).toBe('DONE');
  });

  test('that was reached is done, unless the campaign calls again after success', () => {
    expect(after({ termination: transferred(at) })).toMatchObject({ place: 'DONE', attemptCount: 1 });
    const again = after({ termination: transferred(at) }, { retryStatuses: ['SUCCESS'] });
    expect(again).toMatchObject({ status: 'SUCCESS', place: 'RETRY', attemptCount: 1 });
  });

  test('that must not be called is done, whatever the campaign retries', () => {
    const retryStatuses: LeadStatus[] = ['SUCCESS', 'DO_NOT_CALL'];
    expect(after({ termination: onDoNotCallList(at) }, { retryStatuses })).toMatchObject({
      status: 'DO_NOT_CALL',
      place: 'DONE',
      attemptCount: 0,
    });
    expect(after({ termination: failed({ status: 'DECLINED', suppressNumber: true }) }).place).toBe('DONE');
  });

  test('with a status that the campaign does not retry is done', () => {
    expect(after({}, { retryStatuses: ['FAILED'] }).place).toBe('DONE');
  });

  test('whose number is not reachable is done, unless the campaign says otherwise', () => {
    const termination = failed({ status: 'FAILED', reason: 'number-not-reachable' });
    expect(after({ termination }).place).toBe('DONE');
    expect(after({ termination }, { retryUnreachable: true }).place).toBe('RETRY');
  });

  test('waits the retry time after an attempt that does not count, too', () => {
    const termination = failed({ status: 'SERVICE_TEMPORARILY_UNAVAILABLE', countsAsAttempt: false });
    expect(after({ termination, attemptCount: 2 })).toMatchObject({ place: 'RETRY', attemptCount: 2 });
    expect(after({ termination }).dueAt).toEqual(new Date('2026-03-03T17:00:00Z'));
  });

  test('that was given back is as it was before', () => {
    const termination = givenBack('NOT_CALLED', 'campaign-stopped', at);
    expect(after({ termination })).toEqual({ status: 'NOT_CALLED', place: 'NEW', dueAt: null, attemptCount: 0 });
    const again = givenBack('AMD', 'engine-draining', at);
    expect(after({ termination: again, statusBefore: 'AMD', attemptCount: 2 })).toEqual({
      status: 'AMD',
      place: 'RETRY',
      dueAt: at,
      attemptCount: 2,
    });
  });

  test('that was in a call when the engine was killed comes due after the retry time, and it counts', () => {
    expect(after({ termination: engineRestarted(at) })).toEqual({
      status: 'UNKNOWN',
      place: 'RETRY',
      dueAt: new Date('2026-03-03T17:00:00Z'),
      attemptCount: 1,
    });
  });
});
