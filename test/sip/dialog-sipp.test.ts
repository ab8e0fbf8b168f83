import { afterEach, describe, expect, test } from '@jest/globals';
import { SipDialogSource } from '../../src/engine/agents/sip-dialog.js';
import type { SipTelephony } from '../../src/engine/sip/telephony.js';
import { openTelephony, trunkTo } from '../support/sip-bench.js';
import { hasSipp, type Sipp, startSipp } from '../support/sipp.js';

const inCi = process.env['CI'] === 'true';
if (!hasSipp && !inCi) process.stderr.write('SKIPPED: sipp as a notifier, which is not installed (sip-tester)\n');
const describeSipp = hasSipp || inCi ? describe : describe.skip;

let telephony: SipTelephony | undefined;
let sipp: Sipp | undefined;
afterEach(async () => {
  sipp?.stop();
  await telephony?.close();
});

describeSipp('against sipp as a notifier', () => {
  test.each(['UDP', 'TCP'] as const)('extensions go from idle over ringing to talking over %s', async (transport) => {
    const addresses = ['101', '102', '103'].map((extension) => `sip:${extension}@pbx.example`);
    sipp = await startSipp('dialog-notifier', addresses.length, { transport });
    const opened = await openTelephony();
    telephony = opened.telephony;
    telephony.configure([trunkTo(sipp.port, { transport })]);
    const settings = { trunkId: 'trunk-1', addresses, minIdleSeconds: 15 };
    const source = new SipDialogSource(settings, telephony.dialogs, opened.clock);
    const isTalking = new Promise<void>((resolve) => {
      source.onChanged(() => {
        if (source.snapshot().busy === addresses.length) resolve();
      });
    });
    source.start();
    await isTalking;
    expect(source.health().status).toBe('SYNCED');
    expect(source.snapshot()).toMatchObject({ free: 0, busy: 3, callsSeen: 3 });
    await source.stop();
    expect(await sipp.done).toMatchObject({ code: 0 });
  });
});
