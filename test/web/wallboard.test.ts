import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { expectAccessible, leaveOutBrowserTests, openBrowser } from '../support/browser.js';
import { Visitor } from '../support/console-app.js';
import { freePort } from '../support/free-port.js';
import type { GraphQLClient } from '../support/graphql-client.js';
import { Product } from '../support/product.js';
import { prepareStory, type Story, storyCsv, uploadStory } from '../support/story.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const SERVER_IS_AWAY = /WebSocket connection to .* failed|net::ERR_CONNECTION_(REFUSED|RESET)/;
const CAMPAIGNS = 12;

(leaveOutBrowserTests ? describe.skip : describe)('the wallboard', () => {
  let database: TestDatabase;
  let browser: Browser;
  let environment: Record<string, string>;
  let product: Product;
  let story: Story;
  let administrator: GraphQLClient;
  let ids: string[];

  beforeAll(async () => {
    database = await createTestDatabase();
    browser = await openBrowser();
    environment = { DATABASE_URL: database.url, HTTP_PORT: String(await freePort()) };
    product = await Product.start(environment);
    // Nothing is dialed here: the trunk's port need not have anybody behind it.
    story = await prepareStory(product, { sipPort: await freePort(), channels: 1, holdSeconds: 1 });
    administrator = await product.login(story.administrator.username, story.administrator.password);
    ids = [story.campaignId, ...(await copiesOf(administrator, story.campaignId))];
  });

  afterAll(async () => {
    await browser.close();
    await product.end();
    await database.drop();
  });

  const visit = async (path: string, options: Parameters<typeof Visitor.come>[3] = {}): Promise<Visitor> => {
    const visitor = await Visitor.come(browser, product.url, path, options);
    await visitor.field('User name').fill(story.administrator.username);
    await visitor.field('Password').fill(story.administrator.password);
    await visitor.page.keyboard.press('Enter');
    return visitor;
  };

  const tiles = (visitor: Visitor) => visitor.page.getByRole('article');

  test('asks for campaigns, keeps them in its address, and shows what changes without a reload', async () => {
    const visitor = await visit('/campaigns');
    const { page } = visitor;
    await visitor.heading('Campaigns');
    await page.getByRole('link', { name: 'Wallboard' }).click();
    const dialog = visitor.dialog('Choose campaigns');
    await dialog.waitFor();
    await expectAccessible(page);
    await page.getByRole('combobox', { name: 'Campaigns' }).click();
    await page.getByRole('option', { name: 'story', exact: true }).click();
    await page.keyboard.press('Tab');
    await visitor.button('Show').click();
    await tiles(visitor).getByText('Stopped').waitFor();
    expect(page.url()).toContain(`campaigns=${story.campaignId}`);
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
    await expectAccessible(page);
    await tiles(visitor).getByText('0%').waitFor();

    await page.getByRole('button', { name: 'Light' }).click();
    await expectAccessible(page);
    expect(page.url()).toContain('appearance=light');
    await page.reload();
    await visitor.button('Dark').waitFor();
    await page.getByRole('link', { name: 'Back to the campaigns' }).click();
    await visitor.heading('Campaigns');
    await visitor.leave();
  });

  for (const [width, height, shown] of [
    [1024, 768, 6],
    [1920, 1080, 12],
    [3840, 2160, 12],
  ] as const) {
    test(`shows ${shown} of twelve campaigns at once on ${width} × ${height}, none of them cut off`, async () => {
      const visitor = await visit(`/wallboard?campaigns=${ids.join(',')}`, { viewport: { width, height } });
      const { page } = visitor;
      await tiles(visitor)
        .nth(shown - 1)
        .getByText('Stopped')
        .waitFor();
      expect(await tiles(visitor).count()).toBe(shown);
      expect(await page.evaluate<number>(LEAST_FONT_PX)).toBeGreaterThanOrEqual(32);
      expect(await page.evaluate<string[]>(CUT_OFF)).toEqual([]);
      if (shown < CAMPAIGNS) await visitor.sees('1 of 2');
      await expectAccessible(page);
      await visitor.leave();
    });
  }

  test('is a list on a telephone', async () => {
    const visitor = await visit(`/wallboard?campaigns=${ids.join(',')}`, { viewport: { width: 360, height: 740 } });
    await tiles(visitor)
      .nth(CAMPAIGNS - 1)
      .getByText('Stopped')
      .waitFor();
    expect(await visitor.page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(await visitor.page.evaluate<string[]>(CUT_OFF)).toEqual([]);
    await expectAccessible(visitor.page);
    await visitor.leave();
  });

  test('on two screens shows what others do, and says that it is not live while the server is away', async () => {
    const screens = [
      await visit(`/wallboard?campaigns=${story.campaignId}`),
      await visit(`/wallboard?campaigns=${ids.slice(0, 2).join(',')}&appearance=light`),
    ];
    for (const screen of screens) await tiles(screen).first().getByText('Stopped').waitFor();
    await uploadStory(administrator, story.campaignId, storyCsv(10));
    await administrator.ask(
      'mutation ($input: UpdateCampaignInput!) { updateCampaign(input: $input) { campaign { id } } }',
      { input: { id: story.campaignId, version: 1, name: 'renamed meanwhile' } },
    );
    for (const screen of screens) await tiles(screen).getByText('renamed meanwhile').waitFor();
    await product.kill();
    for (const screen of screens) {
      await tiles(screen).first().getByText('NOT LIVE', { exact: true }).waitFor();
      await screen.sees('The connection to the server is lost');
      await expectAccessible(screen.page);
    }
    product = await Product.start(environment);
    for (const screen of screens) {
      await screen.page.getByText('NOT LIVE', { exact: true }).first().waitFor({ state: 'detached' });
      await tiles(screen).getByText('renamed meanwhile').waitFor();
      await screen.leave(SERVER_IS_AWAY);
    }
  });
});

/** The smallest size of a figure. */
const LEAST_FONT_PX = `Math.min(...[...document.querySelectorAll('article:not([hidden]) dd')].map((figure) =>
  parseFloat(getComputedStyle(figure).fontSize)))`;

/** Figures that reach out of their tiles, or into their neighbours. */
const CUT_OFF = `[...document.querySelectorAll('article:not([hidden]) dl > div, article:not([hidden]) p')].filter((part) => {
  const tile = part.closest('article').getBoundingClientRect();
  const { right, bottom } = part.getBoundingClientRect();
  const isTooWide = part.querySelector('dd') && part.querySelector('dd').scrollWidth > part.clientWidth;
  return right > tile.right || bottom > tile.bottom || isTooWide;
}).map((part) => part.textContent)`;

/** More campaigns like this one. */
async function copiesOf(client: GraphQLClient, campaignId: string): Promise<string[]> {
  const { campaign } = await client.ask<{
    campaign: Record<string, unknown> & Record<'group' | 'queue', { id: string }>;
  }>(
    `query ($id: ID!) { campaign(id: $id) {
      firstDay lastDay startTime endTime weekdays timeZone pilotNumber type group { id } queue { id }
    } }`,
    { id: campaignId },
  );
  const { group, queue, ...settings } = campaign;
  const made: string[] = [];
  for (let number = 2; number <= CAMPAIGNS; number++) {
    const { createCampaign } = await client.ask<{ createCampaign: { campaign: { id: string } } }>(
      'mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { campaign { id } } }',
      { input: { ...settings, name: `Campaign ${number} of the north`, groupId: group.id, queueId: queue.id } },
    );
    made.push(createCampaign.campaign.id);
  }
  return made;
}
