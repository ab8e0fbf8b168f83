import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { expectAccessible, leaveOutBrowserTests, openBrowser } from '../support/browser.js';
import { Visitor } from '../support/console-app.js';
import { freePort } from '../support/free-port.js';
import { Product } from '../support/product.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** What a browser says by itself when a server is away; the console can neither prevent nor hide it. */
const SERVER_IS_AWAY = /WebSocket connection to .* failed|net::ERR_CONNECTION_(REFUSED|RESET)/;

(leaveOutBrowserTests ? describe.skip : describe)('a server that goes away', () => {
  let browser: Browser;
  let database: TestDatabase;
  let product: Product;
  let environment: Record<string, string>;

  beforeAll(async () => {
    browser = await openBrowser();
  });

  afterAll(() => browser.close());

  beforeEach(async () => {
    database = await createTestDatabase();
    environment = { DATABASE_URL: database.url, HTTP_PORT: String(await freePort()) };
    product = await Product.start(environment);
  });

  afterEach(async () => {
    await product.end();
    await database.drop();
  });

  const visitEngine = async (): Promise<Visitor> => {
    const visitor = await Visitor.come(browser, product.url, '/installation', {});
    await visitor.login();
    await visitor.sees('Running');
    return visitor;
  };

  const expectNothingStale = (visitor: Visitor): Promise<void> =>
    visitor.page.locator('[data-stale]').waitFor({ state: 'detached' });

  for (const [how, goAway] of [
    ['is killed', () => product.kill()],
    ['ends in good order', () => product.end()],
  ] as const) {
    test(`and ${how}: a banner says so, no number looks live, and all comes back with the server`, async () => {
      const visitor = await visitEngine();
      await expectNothingStale(visitor);
      await goAway();
      await visitor.sees('The connection to the server is lost');
      await visitor.page
        .locator('[data-stale]')
        .getByText(/^Not live\. As of \d/)
        .waitFor();
      await expectAccessible(visitor.page);
      product = await Product.start(environment);
      await visitor.page.getByText('The connection to the server is lost').waitFor({ state: 'detached' });
      await expectNothingStale(visitor);
      await visitor.sees('Running');
      await visitor.leave(SERVER_IS_AWAY);
    });
  }

  test('and takes from a page that polls what makes it look live', async () => {
    const visitor = await visitEngine();
    await visitor.page.getByRole('link', { name: 'Trunks' }).click();
    await visitor.sees(/it is refreshed by itself/);
    await product.kill();
    await visitor.page.locator('[data-stale]').waitFor();
    const border = `getComputedStyle(document.querySelector('[data-stale]')).borderLeftStyle`;
    expect(await visitor.page.evaluate<string>(border)).toBe('dashed');
    product = await Product.start(environment);
    await expectNothingStale(visitor);
    await visitor.leave(SERVER_IS_AWAY);
  });

  test('and stays, but fails subscriptions, is asked again until it answers', async () => {
    const visitor = await Visitor.come(browser, product.url, '/installation', {});
    let failuresLeft = 2;
    await visitor.page.routeWebSocket('**/graphql', (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((text) => {
        const { id, type } = JSON.parse(String(text)) as { id?: string; type: string };
        if (type !== 'subscribe' || failuresLeft === 0) {
          server.send(text);
          return;
        }
        failuresLeft -= 1;
        const payload = [{ message: 'It failed.', extensions: { code: 'INTERNAL', id: 'f00' } }];
        socket.send(JSON.stringify({ id, type: 'error', payload }));
      });
    });
    await visitor.login();
    await visitor.sees('The server failed. Its log has more under the id f00.');
    await visitor.sees('Running');
    await visitor.page.getByText('The server failed').waitFor({ state: 'detached' });
    await expectNothingStale(visitor);
    await visitor.leave();
  });

  test('while the texts, or a page, are fetched is asked again until the console is whole', async () => {
    const visitor = await visitEngine();
    const { page } = visitor;
    const TEXTS = '**/assets/en-*.js';
    const PAGE = '**/assets/trunks-page-*.js';
    await page.route(TEXTS, (route) => route.abort());
    await Promise.all([page.waitForEvent('requestfailed'), page.reload()]);
    await page.unroute(TEXTS);
    await visitor.sees('Running');
    await page.route(PAGE, (route) => route.abort());
    await page.getByRole('link', { name: 'Trunks' }).click();
    await visitor.heading('The page cannot be shown');
    await page.unroute(PAGE);
    await visitor.heading('Trunks');
    await visitor.leave(/net::ERR_FAILED|dynamically imported module/);
  });

  test('before the console is opened again is asked until it answers', async () => {
    const visitor = await visitEngine();
    await visitor.page.route('**/graphql', (route) => route.abort());
    await visitor.page.reload();
    await visitor.sees('The server does not answer. It is asked again.');
    await visitor.page.unroute('**/graphql');
    await visitor.sees('Running');
    await visitor.leave(/net::ERR_FAILED/);
  });
});
