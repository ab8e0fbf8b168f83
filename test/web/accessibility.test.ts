import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { expectAccessible, leaveOutBrowserTests } from '../support/browser.js';
import { type CampaignBench, makeCampaignBench } from '../support/campaigns.js';
import { ConsoleApp, type Visitor } from '../support/console-app.js';
import { makeUser, PASSWORD } from '../support/people.js';

const ROLES = { master: 'MASTER', administrator: 'CAMPAIGN_ADMINISTRATOR', supervisor: 'CAMPAIGN_SUPERVISOR' } as const;
type Reader = keyof typeof ROLES;

/** Every page with a reader of it; `:campaign` and `:queue` stand for ids. A `button` opens a dialog. */
const PAGES: readonly { readonly path: string; readonly reader: Reader; readonly button?: string }[] = [
  { path: '/users', reader: 'master', button: 'Add user' },
  { path: '/groups', reader: 'master', button: 'Add group' },
  { path: '/installation', reader: 'master' },
  { path: '/installation/trunks', reader: 'master', button: 'Add trunk' },
  { path: '/installation/ports', reader: 'master', button: 'Add ports' },
  { path: '/installation/queues', reader: 'master', button: 'Add queue' },
  { path: '/installation/queues/:queue', reader: 'master' },
  { path: '/installation/audit', reader: 'master' },
  { path: '/installation/diagnostics', reader: 'master' },
  { path: '/campaigns', reader: 'administrator' },
  { path: '/campaigns/:campaign', reader: 'administrator' },
  { path: '/campaigns/:campaign', reader: 'supervisor' },
  { path: '/campaigns/:campaign/settings', reader: 'administrator' },
  { path: '/campaigns/:campaign/schedules', reader: 'administrator' },
  { path: '/campaigns/:campaign/leads', reader: 'administrator' },
  { path: '/campaigns/:campaign/calls', reader: 'administrator' },
  { path: '/do-not-call', reader: 'administrator', button: 'Add service' },
  { path: '/do-not-call/numbers', reader: 'administrator' },
  { path: '/wallboard?campaigns=:campaign', reader: 'supervisor' },
];

(leaveOutBrowserTests ? describe.skip : describe)('every page of the console', () => {
  let bench: ConsoleApp;
  let campaigns: CampaignBench;
  let ids: Record<string, string>;

  beforeAll(async () => {
    bench = await ConsoleApp.start();
    campaigns = await makeCampaignBench(bench.app);
    const { id } = await campaigns.create({ name: 'Spring' });
    await campaigns.load(id, 'name,number\nAda,+554130000001\nBert,+554130000002\n');
    ids = { ':campaign': id, ':queue': campaigns.queueId };
    for (const [username, role] of Object.entries(ROLES)) {
      if (username !== 'master') await makeUser(bench.app, role, [campaigns.group], { username });
    }
  });

  afterAll(async () => {
    await campaigns.close();
    await bench.close();
  });

  const open = async (path: string, reader: Reader, colorScheme: 'light' | 'dark'): Promise<Visitor> => {
    const visitor = await bench.visit('/', { colorScheme });
    await (reader === 'master' ? visitor.login() : visitor.login(reader, PASSWORD));
    await visitor.page.goto(path);
    await visitor.page.getByRole('heading', { level: 1 }).waitFor();
    await visitor.page.waitForLoadState('networkidle');
    return visitor;
  };

  for (const { path, reader, button } of PAGES) {
    test(`${path} as ${ROLES[reader]}: axe finds nothing, and the keyboard leads to all that can be done`, async () => {
      const address = path.replace(/:\w+/, (name) => ids[name] ?? name);
      const dark = await open(address, reader, 'dark');
      await expectAccessible(dark.page);
      await dark.leave();
      const visitor = await open(address, reader, 'light');
      const { page } = visitor;
      expect(await page.getByRole('heading', { level: 1 }).textContent()).not.toMatch(/not found|Not for your role/);
      await expectAccessible(page);
      expect(await controlsThatTabMisses(page)).toEqual([]);
      if (button !== undefined) await expectDialogKeepsFocus(visitor, button);
      await visitor.leave();
    });
  }
});

/**
 * Presses Tab through the whole page: every control must have had the focus, and looked so. Of radio buttons, menus and
 * such one stands for all: they have `tabindex="-1"`.
 */
async function controlsThatTabMisses(page: Page): Promise<string[]> {
  const count = await page.evaluate<number>(`
    window.controls = [...document.querySelectorAll('a[href], button, input, select, textarea')].filter(
      (one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0 &&
        one.type !== 'radio');
    window.missed = new Set(window.controls);
    window.invisible = new Set();
    document.activeElement.blur();
    window.controls.length`);
  // A field for a time has a stop for each of its parts.
  const mostStops = count + 30;
  for (let left = count, press = 0; left > 0 && press < mostStops; press++) {
    await page.keyboard.press('Tab');
    left = await page.evaluate<number>(`{
      const one = document.activeElement;
      window.missed.delete(one);
      const seen = [one, one.parentElement, one.nextElementSibling].filter(Boolean).map((part) => getComputedStyle(part));
      if (window.controls.includes(one) && !seen.some((style) => style.outlineStyle !== 'none' || one.matches('input, textarea')))
        window.invisible.add(one);
      window.missed.size;
    }`);
  }
  return page.evaluate<string[]>('[...window.missed, ...window.invisible].map((one) => one.outerHTML.slice(0, 200))');
}

/** Tab goes around inside of the dialog, Escape closes it, and the focus is where it was. */
async function expectDialogKeepsFocus(visitor: Visitor, name: string): Promise<void> {
  const { page } = visitor;
  await visitor.button(name).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await expectAccessible(page);
  for (let press = 0; press < 40; press++) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate<boolean>('document.activeElement.closest("[role=dialog]") !== null')).toBe(true);
  }
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.locator(':focus').filter({ hasText: name }).waitFor();
}
