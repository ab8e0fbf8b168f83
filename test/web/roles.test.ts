import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectAccessible, leaveOutBrowserTests } from '../support/browser.js';
import { ConsoleApp } from '../support/console-app.js';
import { makeGroup, makeUser, PASSWORD, type TestGroup } from '../support/people.js';

const PLACES = {
  users: ['/users'],
  groups: ['/groups'],
  campaigns: ['/campaigns'],
  'do-not-call': ['/do-not-call'],
  wallboard: ['/wallboard'],
  installation: [
    '/installation',
    '/installation/trunks',
    '/installation/ports',
    '/installation/queues',
    '/installation/audit',
    '/installation/diagnostics',
  ],
} as const;
type Place = keyof typeof PLACES;

/** What each role's navigation shows, in its order, with the places behind it. */
const ROLES: readonly (readonly [role: string, tabs: readonly string[], places: readonly Place[]])[] = [
  ['MASTER', ['Users', 'Groups', 'Do not call', 'Installation'], ['users', 'groups', 'do-not-call', 'installation']],
  ['GROUP_MANAGER', ['Users', 'Groups'], ['users', 'groups']],
  ['CAMPAIGN_ADMINISTRATOR', ['Campaigns', 'Do not call', 'Wallboard'], ['campaigns', 'do-not-call', 'wallboard']],
  ['CAMPAIGN_SUPERVISOR', ['Campaigns', 'Wallboard'], ['campaigns', 'wallboard']],
];

(leaveOutBrowserTests ? describe.skip : describe)('the roles in the console', () => {
  let bench: ConsoleApp;
  let group: TestGroup;

  beforeAll(async () => {
    bench = await ConsoleApp.start();
    group = await makeGroup(bench.app);
  });

  afterAll(() => bench.close());

  test.each(ROLES)('%s sees its own tabs, and no other page by its address', async (role, tabs, places) => {
    const { username } = await makeUser(bench.app, role, [group]);
    const visitor = await bench.visit();
    const { page } = visitor;
    await visitor.login(username, PASSWORD);
    const links = page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link');
    expect(await links.allTextContents()).toEqual(tabs);
    for (const [place, paths] of Object.entries(PLACES)) {
      for (const path of paths) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        const heading = await page.getByRole('heading', { level: 1 }).textContent();
        expect([path, heading === 'Not for your role']).toEqual([path, !(places as readonly string[]).includes(place)]);
      }
    }
    await page.goto('/no-such-page');
    await visitor.heading('Page not found');
    await expectAccessible(page);
    await visitor.leave();
  });
});
