import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { leaveOutBrowserTests } from '../support/browser.js';
import { type CampaignBench, makeCampaignBench } from '../support/campaigns.js';
import { ConsoleApp } from '../support/console-app.js';
import { makeUser, PASSWORD } from '../support/people.js';
import { MASTER_PASSWORD } from '../support/test-app.js';

const INSTALLATION = ['', '/trunks', '/ports', '/queues', '/audit', '/diagnostics'].map(
  (page) => `/installation${page}`,
);
const CAMPAIGN = ['', '/settings', '/schedules', '/leads', '/calls'];

(leaveOutBrowserTests ? describe.skip : describe)(
  'the pages of the console on the smallest and the largest screen',
  () => {
    let bench: ConsoleApp;
    let campaigns: CampaignBench;
    let administrator: string;
    let campaignId: string;

    beforeAll(async () => {
      bench = await ConsoleApp.start();
      campaigns = await makeCampaignBench(bench.app);
      ({ username: administrator } = await makeUser(bench.app, 'CAMPAIGN_ADMINISTRATOR', [campaigns.group]));
      ({ id: campaignId } = await campaigns.create({ name: 'A campaign with a name of some length' }));
      await campaigns.load(campaignId, 'name,number,description\nAda Lovelace,+554130000001,asks for the machine\n');
    });

    afterAll(async () => {
      await campaigns.close();
      await bench.close();
    });

    for (const [width, height] of [
      [1024, 768],
      [3840, 2160],
    ] as const) {
      const expectWhole = async (username: string, password: string, paths: readonly string[]): Promise<void> => {
        const visitor = await bench.visit(paths[0], { viewport: { width, height } });
        await visitor.login(username, password);
        for (const path of paths) {
          await visitor.page.goto(path);
          await visitor.page.getByRole('heading', { level: 1 }).waitFor();
          await visitor.page.waitForLoadState('networkidle');
          expect([path, await visitor.page.evaluate<string[]>(CUT_OFF)]).toEqual([path, []]);
        }
        await visitor.leave();
      };

      test(`show an administrator all there is on ${width} × ${height}`, async () => {
        const ofCampaign = CAMPAIGN.map((page) => `/campaigns/${campaignId}${page}`);
        await expectWhole(administrator, PASSWORD, [
          '/campaigns',
          ...ofCampaign,
          '/do-not-call',
          '/do-not-call/numbers',
        ]);
      });

      test(`show a MASTER all there is on ${width} × ${height}`, async () => {
        await expectWhole('master', MASTER_PASSWORD, ['/users', '/groups', ...INSTALLATION]);
      });
    }
  },
);

/** Cells, links and buttons without any width, or beyond the edge of the screen or of their table. */
const CUT_OFF = `[...document.querySelectorAll('main :is([role=cell], [role=columnheader], td, th, button, a)')]
  .filter((part) => {
    if (!part.checkVisibility()) return false;
    const { width, right } = part.getBoundingClientRect();
    const table = part.closest('[role=table], table');
    const edge = Math.min(innerWidth, (table?.parentElement ?? document.body).getBoundingClientRect().right);
    return (width === 0 && part.textContent !== '') || right > edge + 1;
  })
  .map((part) => part.textContent || part.getAttribute('aria-label'))`;
