import { describe, expect, test } from '@jest/globals';
import { Core } from 'sip.js';
import { installSipJsPatches, missingPatchPoints } from '../../src/engine/sip/sipjs-patches.js';

describe('the repairs of sip.js', () => {
  test('find everything that they replace, in the release that is installed', () => {
    expect(missingPatchPoints()).toEqual([]);
  });

  test('name what is missing, and refuse to start', () => {
    Core.Timers.TIMER_J = 1;
    try {
      expect(() => installSipJsPatches()).toThrow('TIMER_J is 0 before the patch');
    } finally {
      Core.Timers.TIMER_J = 0;
    }
  });

  test('may be installed twice', () => {
    installSipJsPatches();
    installSipJsPatches();
    expect(Core.Timers).toMatchObject({ TIMER_D: 32_000, TIMER_I: 5_000, TIMER_J: 32_000, TIMER_K: 5_000 });
  });
});
