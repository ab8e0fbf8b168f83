import { expect, jest, test } from '@jest/globals';
import { Core } from 'sip.js';
import { faultsOfCannedCall } from '../../src/engine/sip/canned-call.js';
import { installSipJsPatches } from '../../src/engine/sip/sipjs-patches.js';
import { RealClock } from '../support/real-clock.js';
import { SilentLog } from '../support/silent-log.js';

test('a call in memory shows that the repaired sip.js works, and what does not', () => {
  const clock = new RealClock();
  installSipJsPatches();
  expect(faultsOfCannedCall(clock, new SilentLog())).toEqual([]);
  const broken = jest.spyOn(Core.Dialog.prototype, 'incrementLocalSequenceNumber').mockReturnValue(undefined);
  expect(faultsOfCannedCall(clock, new SilentLog())).toContain('CSeq of its dialog');
  broken.mockRestore();
  expect(clock.pending).toBe(0);
});
