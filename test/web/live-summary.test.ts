import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Browser, Locator } from 'playwright-core';
import { type Lab, startLab } from '../../src/lab/index.js';
import { expectAccessible, leaveOutBrowserTests, openBrowser } from '../support/browser.js';
import { Visitor } from '../support/console-app.js';
import { freePort } from '../support/free-port.js';
import { Product } from '../support/product.js';
import { prepareStory, startCampaign, type Story, uploadStory } from '../support/story.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** What a browser says by itself when a server is away. */
const SERVER_IS_AWAY = /WebSocket connection to .* failed|net::ERR_CONNECTION_(REFUSED|RESET)/;
/** The lab's script (src/lab/README.md): persons, changed and wrong numbers, busy, declined, hang-ups in the transfer. */
const ENDINGS = ['00', '00', '00', '15', '10', '10', '11', '14', '14', '32'];
const LEADS = 60;
const SUPERVISOR = { username: 'sven', password: 'a password of eight' };

const byStatus: Readonly<Record<string, string>> = {
  SUCCESS: 'Transferred',
  BUSY: 'Busy',
  DECLINED: 'Declined',
  FAILED: 'Not reached',
  NOT_CALLED: 'Not called yet',
};

(leaveOutBrowserTests ? describe.skip : describe)('a campaign that is watched while it is dialed', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let lab: Lab;
  let browser: Browser;
  let environment: Record<string, string>;
  let product: Product;
  let story: Story;
  let summary: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 2 });
    browser = await openBrowser();
    lab = await startLab({ seed: 7, agents: 20, pilotNumber: '9000', pace: 20, scripted: true });
    environment = { DATABASE_URL: database.url, HTTP_PORT: String(await freePort()) };
    product = await Product.start(environment);
    story = await prepareStory(product, { sipPort: lab.sipPort, channels: 20, holdSeconds: 1 });
    await addSupervisor(product);
    const client = await product.login(story.administrator.username, story.administrator.password);
    await uploadStory(client, story.campaignId, leadsCsv());
    summary = `/campaigns/${story.campaignId}`;
  });

  afterAll(async () => {
    await browser.close();
    await product.end();
    await lab.close();
    await pool.end();
    await database.drop();
  });

  const visitSummary = async (): Promise<Visitor> => {
    const visitor = await Visitor.come(browser, product.url, summary, {});
    await visitor.login(story.administrator.username, story.administrator.password);
    return visitor;
  };

  test('two people see it to its end, each in their language, and the counters equal the database', async () => {
    const administrator = await visitSummary();
    const supervisor = await Visitor.come(browser, product.url, summary, {
      language: 'de',
      colorScheme: 'dark',
      viewport: { width: 360, height: 740 },
    });
    await supervisor.field('Benutzername').fill(SUPERVISOR.username);
    await supervisor.field('Passwort').fill(SUPERVISOR.password);
    await supervisor.page.keyboard.press('Enter');
    await supervisor.sees('Die Kampagne ist gestoppt');
    await administrator.sees('It was not started yet.');
    await administrator.sees('There is no attempt yet.');

    const client = await product.login(story.administrator.username, story.administrator.password);
    await startCampaign(client, story.campaignId);
    await administrator.sees('No lead is left to call.');
    await supervisor.sees('Es ist kein Kontakt mehr anzurufen.');

    const { rows } = await pool.query<{ status: string; leads: number }>(
      'select status, count(*)::int as leads from lead group by status',
    );
    const counts = new Map(rows.map(({ status, leads }) => [status, leads]));
    expect(counts.get('SUCCESS')).toBe(LEADS * 0.3);
    const bar = section(administrator, 'Leads by status');
    for (const [status, label] of Object.entries(byStatus)) {
      await figure(bar, label)
        .getByText(String(counts.get(status) ?? 0), { exact: true })
        .waitFor();
    }
    const { rows: kept } = await pool.query<{ answered: number; transferred: number; abandoned: number }>(
      'select answered, transferred, abandoned from campaign_counters',
    );
    const [{ answered, transferred, abandoned } = { answered: 0, transferred: 0, abandoned: 0 }] = kept;
    const funnel = section(administrator, 'From attempt to conversation');
    await figure(funnel, 'Attempts').getByText(String(LEADS), { exact: true }).waitFor();
    await figure(funnel, 'Answered').getByText(String(answered), { exact: true }).waitFor();
    await figure(funnel, 'Transferred').getByText(String(transferred), { exact: true }).waitFor();
    await administrator.sees(`${abandoned} abandoned calls`);
    await supervisor.sees(`${abandoned} abgebrochene Anrufe`);
    await figure(section(supervisor, 'Kontakte nach Status'), 'Verbunden')
      .getByText(String(counts.get('SUCCESS')), { exact: true })
      .waitFor();

    // The supervisor's role has no call log: neither the attempts nor their tab.
    expect(await supervisor.page.getByText('Versuche, wie sie geschehen').count()).toBe(0);
    const isNarrow = 'document.documentElement.scrollWidth <= innerWidth';
    expect(await supervisor.page.evaluate<boolean>(isNarrow)).toBe(true);
    await expectAccessible(supervisor.page);
    await expectAccessible(administrator.page);
    await supervisor.leave();
    await administrator.leave();
  });

  test('the attempts are there in the order of the call log, stand still while paused, and open as a timeline', async () => {
    const visitor = await visitSummary();
    const { rows } = await pool.query<{ lead_name: string }>(
      'select lead_name from call_attempt order by queued_at desc, id desc limit 50',
    );
    const feed = section(visitor, 'Attempts as they happen');
    await feed.getByRole('row').nth(50).waitFor();
    const names = await feed.getByRole('row').getByRole('button').allTextContents();
    expect(names).toEqual(rows.map((row) => row.lead_name));
    await feed.getByRole('button', { name: 'Pause' }).click();
    await visitor.sees('Paused: this is not live.');
    await feed.getByRole('button', { name: 'Go on' }).click();

    await feed.getByRole('row').filter({ hasText: 'The number does not exist' }).first().getByRole('button').click();
    const drawer = visitor.dialog('Attempt');
    await drawer.getByText('404').waitFor();
    await drawer.getByText('The called party').waitFor();
    await expectAccessible(visitor.page);
    await visitor.leave();
  });

  test('a server that is killed leaves no figure that looks live, and all of them come back with it', async () => {
    const visitor = await visitSummary();
    await visitor.sees('No lead is left to call.');
    await section(visitor, 'Calls per minute').locator('.recharts-surface').first().waitFor();
    await section(visitor, 'Attempts as they happen').getByRole('row').nth(50).waitFor();
    await product.kill();
    await visitor.page.locator('[data-stale]').first().waitFor();
    // The counters, the attempts and the facts.
    await visitor.page.locator('[data-stale]').nth(2).waitFor();
    await expectAccessible(visitor.page);
    product = await Product.start(environment);
    await visitor.page.locator('[data-stale]').first().waitFor({ state: 'detached' });
    await visitor.sees('No lead is left to call.');
    await visitor.leave(SERVER_IS_AWAY);
  });
});

function section(visitor: Visitor, name: string): Locator {
  return visitor.page.getByRole('region', { name, exact: true }).first();
}

/** The entry of a list of figures. */
function figure(list: Locator, label: string): Locator {
  return list.locator('dl > div').filter({ has: list.page().locator('dt').getByText(label, { exact: true }) });
}

function leadsCsv(): string {
  const rows = Array.from({ length: LEADS }, (_, index) => {
    const ending = ENDINGS[index % ENDINGS.length] ?? '';
    return `Lead ${index},+5541${9_000_000 + index}${ending}`;
  });
  return `name,number\n${rows.join('\n')}\n`;
}

async function addSupervisor(product: Product): Promise<void> {
  const master = await product.login('master', 'correct horse battery');
  const { groups } = await master.ask<{ groups: { nodes: { id: string }[] } }>('{ groups { nodes { id } } }');
  await master.ask('mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } } }', {
    input: { ...SUPERVISOR, role: 'CAMPAIGN_SUPERVISOR', groupIds: groups.nodes.map(({ id }) => id) },
  });
}
