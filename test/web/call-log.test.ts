import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectAccessible, leaveOutBrowserTests } from '../support/browser.js';
import { type CampaignBench, makeCampaignBench, storeAttempt } from '../support/campaigns.js';
import { ConsoleApp, type Visitor } from '../support/console-app.js';
import { makeUser, PASSWORD } from '../support/people.js';

const CALLS = 40;
const MINUTE_MS = 60_000;

/** As the browser has read it: it plays what it can tell the length of. */
const secondsOf = (element: unknown): Promise<number> => {
  const audio = element as { preload: string; readonly duration: number; onloadedmetadata: () => void; load(): void };
  return new Promise((resolve) => {
    audio.onloadedmetadata = () => resolve(audio.duration);
    audio.preload = 'metadata';
    audio.load();
  });
};

(leaveOutBrowserTests ? describe.skip : describe)('the call log of a campaign', () => {
  let bench: ConsoleApp;
  let campaigns: CampaignBench;
  let path: string;

  beforeAll(async () => {
    bench = await ConsoleApp.start();
    campaigns = await makeCampaignBench(bench.app);
    await makeUser(bench.app, 'CAMPAIGN_ADMINISTRATOR', [campaigns.group], { username: 'ada' });
    const { id } = await campaigns.create();
    path = `/campaigns/${id}/calls`;
    await storeCalls(id);
  });

  afterAll(async () => {
    await campaigns.close();
    await bench.close();
  });

  /** From noon of yesterday on, a call a minute; the last ones are a transferred one and one that a machine answered. */
  const storeCalls = async (campaignId: string): Promise<void> => {
    const noonMs = Date.parse(`${new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)}T12:00:00Z`);
    const at = (index: number, afterMs = 0): Date => new Date(noonMs + index * MINUTE_MS + afterMs);
    const ended = (index: number, afterMs: number) => ({
      ...{ state: 'ENDED', queued_at: at(index), dialed_at: at(index, 100), ended_at: at(index, afterMs) },
      ...{ trunk_name: 'north', attributed_to: 'CALLEE', counts_as_attempt: true, lead_name: `Lead ${index}` },
    });
    for (let index = 0; index < CALLS - 2; index++) {
      await storeAttempt(campaigns.pool, campaignId, {
        ...ended(index, 2100),
        ...{ result: 'BUSY', reason: 'busy', sip_status: 486, q850_cause: 17, sip_reason: 'Q.850;cause=17' },
      });
    }
    const answered = (index: number) => ({ ringing_at: at(index, 1100), answered_at: at(index, 5100) });
    await storeAttempt(campaigns.pool, campaignId, {
      // An attempt ends with the hand-over.
      ...{ ...ended(CALLS - 2, 6100), ...answered(CALLS - 2), lead_name: 'Tilda Transferred' },
      ...{ transferred_at: at(CALLS - 2, 6100), transfer_target: '9000', result: 'SUCCESS', reason: 'transferred' },
    });
    const { id } = await storeAttempt(campaigns.pool, campaignId, {
      ...{ ...ended(CALLS - 1, 7100), ...answered(CALLS - 1), lead_name: 'Manuel Machine' },
      ...{ detected_at: at(CALLS - 1, 6600), result: 'AMD', reason: 'machine', message_left: true },
      ...{ amd_verdict: 'MACHINE', amd_reason: 'GREETING_LENGTH', amd_confidence: 0.9, amd_decision_ms: 1450 },
      ...{ amd_kind: 'MACHINE', amd_features: { words: 7 } },
    });
    await campaigns.pool.query('insert into amd_recording (attempt_id, mu_law, recorded_at) values ($1, $2, now())', [
      id,
      Buffer.alloc(8000, 0xff),
    ]);
  };

  const visit = async (more = ''): Promise<Visitor> => {
    const visitor = await bench.visit(`${path}${more}`);
    await visitor.login('ada', PASSWORD);
    return visitor;
  };

  const choose = async (visitor: Visitor, field: string, option: string): Promise<void> => {
    await visitor.page.getByRole('combobox', { name: field, exact: true }).press('ArrowDown');
    await visitor.page.getByRole('option', { name: option, exact: true }).click();
    await visitor.page.keyboard.press('Escape');
  };

  test('begins with the newest, is turned, paged and searched', async () => {
    const visitor = await visit();
    await visitor.sees(`${CALLS} entries`);
    await visitor.page.getByRole('row').nth(1).getByText('Manuel Machine').waitFor();
    await expectAccessible(visitor.page);
    await visitor.button('Next').click();
    await visitor.row('Lead 0').waitFor();
    await visitor.button('Time').click();
    await visitor.page.getByRole('row').nth(1).getByText('Lead 0').waitFor();
    await visitor.page.getByRole('searchbox').fill('tilda');
    await visitor.sees('1 entry');
    await visitor.row('Tilda Transferred').waitFor();
    await visitor.leave();
  });

  test('is filtered by result, reason, verdict and time, and the address keeps the conditions', async () => {
    const visitor = await visit();
    const { page } = visitor;
    await visitor.sees(`${CALLS} entries`);
    await choose(visitor, 'Result', 'Busy');
    await visitor.sees(`${CALLS - 2} entries`);
    await choose(visitor, 'Result', 'Transferred');
    await visitor.sees(`${CALLS - 1} entries`);
    await visitor.button('Show all').click();
    await visitor.sees(`${CALLS} entries`);
    await choose(visitor, 'Detected', 'Machine');
    await visitor.sees('1 entry');
    await page.reload();
    await visitor.row('Manuel Machine').waitFor();
    await visitor.sees('1 entry');
    await visitor.button('Show all').click();
    await choose(visitor, 'Reason', 'Somebody answered, and the call was handed over');
    await visitor.row('Tilda Transferred').waitFor();
    await visitor.sees('1 entry');
    await visitor.button('Show all').click();
    await visitor.sees(`${CALLS} entries`);
    await visitor.button('Last hour').click();
    await visitor.sees('There is no such call.');
    await expectAccessible(page);
    await visitor.leave();
  });

  test('tells of one attempt what happened when, in plain words with the raw facts', async () => {
    const visitor = await visit();
    const { page } = visitor;
    await visitor.button('Details of the call to Manuel Machine').click();
    const drawer = visitor.dialog('Attempt');
    await drawer.getByText('An answering machine answered').waitFor();
    const steps = await drawer.getByRole('listitem').allTextContents();
    expect(steps.map((step) => /^(Lead claimed|Dialed|Ringing|Answered|Detected|Ended)/.exec(step)?.[0])).toEqual([
      'Lead claimed',
      'Dialed',
      'Ringing',
      'Answered',
      'Detected',
      'Ended',
    ]);
    await drawer.getByText('after 1.5s').waitFor();
    await drawer.getByText(/^Answering machine: length of the greeting/).waitFor();
    await drawer.getByText(/90% sure, decided within 1\.45s of audio/).waitFor();
    await drawer.getByRole('row', { name: 'Message left Yes' }).waitFor();
    await drawer.getByRole('button', { name: 'What was measured' }).click();
    await drawer.getByRole('row', { name: 'words 7' }).waitFor();
    const recording = drawer.getByLabel('The first seconds of the call');
    expect(await recording.evaluate(secondsOf)).toBe(1);
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });

    await visitor.button('Details of the call to Lead 37').click();
    for (const fact of ['The line was busy', '486', '17', 'Q.850;cause=17', 'north', 'Yes']) {
      await drawer.getByText(fact, { exact: true }).waitFor();
    }
    await visitor.leave();
  });

  test('is downloaded as it is filtered', async () => {
    const visitor = await visit('?result=SUCCESS');
    const { page } = visitor;
    await visitor.sees('1 entry');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export as CSV' }).click(),
    ]);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('Tilda Transferred');
    await visitor.leave();
  });
});
