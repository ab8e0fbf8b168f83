import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectAccessible, leaveOutBrowserTests } from '../support/browser.js';
import { type CampaignBench, makeCampaignBench } from '../support/campaigns.js';
import { ConsoleApp, type Visitor } from '../support/console-app.js';
import { makeUser, PASSWORD } from '../support/people.js';

const MANY = 100_000;

(leaveOutBrowserTests ? describe.skip : describe)('the leads of a campaign', () => {
  let bench: ConsoleApp;
  let campaigns: CampaignBench;
  let administrator: string;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'outdial-leads-'));
    bench = await ConsoleApp.start();
    campaigns = await makeCampaignBench(bench.app);
    ({ username: administrator } = await makeUser(bench.app, 'CAMPAIGN_ADMINISTRATOR', [campaigns.group]));
  });

  afterAll(async () => {
    await campaigns.close();
    await bench.close();
    rmSync(folder, { recursive: true });
  });

  const visitLeads = async (campaignId: string, query = ''): Promise<Visitor> => {
    const visitor = await bench.visit(`/campaigns/${campaignId}/leads${query}`);
    await visitor.login(administrator, PASSWORD);
    return visitor;
  };

  const upload = async (visitor: Visitor, name: string, content: string): Promise<void> => {
    const path = join(folder, name);
    writeFileSync(path, content);
    await visitor.page.locator('input[type=file]').setInputFiles(path);
  };

  const result = (visitor: Visitor, label: string) =>
    visitor.page.getByText(label, { exact: true }).locator('xpath=..').locator('p').first();

  test('a file is loaded with its rejected rows; a lead is explained, edited and deleted, and others see it', async () => {
    const { id } = await campaigns.create({ name: 'Loaded' });
    const visitor = await visitLeads(id);
    const watcher = await visitLeads(id);
    await visitor.sees('There is no such lead.');
    await expectAccessible(visitor.page);
    await upload(
      visitor,
      'leads.csv',
      'name,number,description,city\nAda,+554130000001,VIP,Recife\nBert,+554130000002,,\nAda again,+554130000001,,\nNobody,abc,,\nWithout,,,\n',
    );
    await visitor.sees('leads.csv is loaded');
    expect(await result(visitor, 'Rows read').textContent()).toBe('5');
    expect(await result(visitor, 'Loaded').textContent()).toBe('2');
    expect(await result(visitor, 'Twice in the file').textContent()).toBe('1');
    expect(await result(visitor, 'Rejected').textContent()).toBe('2');
    await visitor.row('No telephone number, or no country code').getByText('5', { exact: true }).waitFor();
    await visitor.row('Without a telephone number').getByText('6', { exact: true }).waitFor();
    await visitor.row('Ada').waitFor();
    await watcher.row('Bert').waitFor();
    await expectAccessible(visitor.page);
    const link = visitor.page.getByRole('link', { name: 'Download rejected rows' });
    const [download] = await Promise.all([visitor.page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toMatch(/\.csv$/);

    await visitor.act('Ada', 'Why is it not called?');
    await visitor.dialog('Why is Ada not called?').waitFor();
    await visitor.sees('The campaign is stopped.');
    await visitor.sees(/At the earliest it is called at/);
    await visitor.sees('Recife');
    await expectAccessible(visitor.page);
    await visitor.page.keyboard.press('Escape');

    await visitor.act('Ada', 'Edit');
    await visitor.field('Telephone number').fill('+554130000002');
    await visitor.button('Save').click();
    await visitor.sees('Is taken already');
    await visitor.field('Telephone number').fill('12');
    await visitor.button('Save').click();
    await visitor.sees(/Is no telephone number/);
    await visitor.field('Telephone number').fill('+1234');
    await visitor.button('Save').click();
    await visitor.sees(/Is no telephone number/);
    await expectAccessible(visitor.page);
    await visitor.field('Telephone number').fill('+554130000009');
    await visitor.field('Name').fill('Ada Lovelace');
    await visitor.button('Save').click();
    await visitor.row('Ada Lovelace').getByText('+554130000009').waitFor();

    await visitor.act('Bert', 'Delete');
    await visitor.button('Delete').click();
    await visitor.rowsGone('Bert');
    await watcher.rowsGone('Bert');
    await visitor.leave();
    await watcher.leave();
  });

  test('a file that is none is refused as a whole, with the reason', async () => {
    const { id } = await campaigns.create({ name: 'Refused' });
    const visitor = await visitLeads(id);
    await visitor.sees('There is no such lead.');
    await upload(visitor, 'picture.csv', 'PNG\u0000\u0001\u0002\u0000');
    await visitor.sees(/The file cannot be taken, and nothing was loaded\. .+/);
    await expectAccessible(visitor.page);
    await visitor.leave();
  });

  test('what became of a file stays when somebody else starts the campaign', async () => {
    const { id } = await campaigns.create({ name: 'Started meanwhile' });
    const visitor = await visitLeads(id);
    await visitor.sees('There is no such lead.');
    await upload(visitor, 'half.csv', 'Ada,+554130000001\nNobody,abc\n');
    await visitor.sees('half.csv is loaded');
    const change = (name: string) =>
      campaigns.admin.ask(
        `mutation ($input: ${name}CampaignInput!) { ${name.toLowerCase()}Campaign(input: $input) { campaign { id } } }`,
        { input: { id } },
      );
    await change('Start');
    await visitor.sees('The campaign is started. Stop it to load, edit or delete leads.');
    await visitor.page.getByRole('link', { name: 'Download rejected rows' }).waitFor();
    expect(await visitor.page.locator('input[type=file]').count()).toBe(0);
    await expectAccessible(visitor.page);
    await change('Stop');
    await visitor.page.locator('input[type=file]').waitFor({ state: 'attached' });
    await visitor.leave();
  });

  test('an upload that finds no session any more ends at the login', async () => {
    const { id } = await campaigns.create({ name: 'Without a session' });
    const visitor = await visitLeads(id);
    await visitor.sees('There is no such lead.');
    await visitor.page.context().clearCookies();
    await upload(visitor, 'leads.csv', 'Ada,+554130000001\n');
    await visitor.sees(/^Your session ended/);
    await visitor.leave(/status of 401/);
  });

  test('executed leads are found by status and search, and recycled', async () => {
    const { id } = await campaigns.create({ name: 'Recycled' });
    await campaigns.load(id, 'Ada,+554130000001\nBert,+554130000002\nCleo,+554130000003\n');
    await campaigns.pool.query(
      `update lead set status = 'SUCCESS', place = 'DONE', attempt_count = 1 where campaign_id = $1 and name = 'Ada'`,
      [id],
    );
    await campaigns.pool.query(
      `update campaign_counters set pending = pending - 1, not_called = not_called - 1, success = success + 1
       where campaign_id = $1`,
      [id],
    );
    const visitor = await visitLeads(id);
    const { page } = visitor;
    await visitor.row('Bert').waitFor();
    expect(await visitor.row('Ada').count()).toBe(0);
    await page.getByText('Executed', { exact: true }).click();
    await visitor.row('Ada').getByText('Transferred').waitFor();
    await page.getByText('All', { exact: true }).click();
    await visitor.sees('3 entries');
    await page.getByRole('searchbox').fill('000003');
    await visitor.sees('1 entry');
    await visitor.row('Cleo').waitFor();
    await page.reload();
    await visitor.sees('1 entry');
    await page.getByRole('searchbox').fill('');
    await visitor.sees('3 entries');

    await visitor.button('Recycle').click();
    const dialog = visitor.dialog('Recycle');
    await dialog.getByRole('combobox', { name: 'Statuses' }).press('ArrowDown');
    await page.getByRole('option', { name: 'Transferred' }).click();
    await page.keyboard.press('Escape');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Recycle' }).click();
    await visitor.sees('1 lead is recycled.');
    await visitor.row('Ada').getByText('Not called yet').waitFor();
    await visitor.button('Delete the listed ones').click();
    await visitor.dialog('Delete 3 leads?').getByRole('button', { name: 'Delete' }).click();
    await visitor.sees('There is no such lead.');
    await visitor.leave();
  });

  test('100,000 leads are loaded with progress, and scrolled through with few of them in the page', async () => {
    const { id } = await campaigns.create({ name: 'Many' });
    const visitor = await visitLeads(id);
    const { page } = visitor;
    await visitor.sees('There is no such lead.');
    const rows = Array.from({ length: MANY }, (_, index) => `Lead ${index + 1},+5541${String(30_000_000 + index)}`);
    await upload(visitor, 'many.csv', rows.join('\n'));
    await visitor.sees(/rows are (read|being stored) …/);
    await visitor.sees('many.csv is loaded');
    await visitor.sees('100,000 entries');
    const table = page.getByRole('table', { name: 'Leads' });
    const lead = (number: number) => table.getByText(`Lead ${number}`, { exact: true });

    await lead(1).waitFor();
    for (let number = 20; number <= 2000; number += 20) {
      await table.evaluate((element) => {
        element.scrollTop += 20 * 44;
      });
      await lead(number).waitFor();
    }
    expect(await table.getByRole('row').count()).toBeLessThan(60);
    for (let number = 1980; number >= 500; number -= 20) {
      await table.evaluate((element) => {
        element.scrollTop -= 20 * 44;
      });
      await lead(number).waitFor();
    }
    await visitor.button('To the end').click();
    await lead(MANY).waitFor();
    await table.getByRole('cell', { name: '100,000', exact: true }).waitFor();
    await table.evaluate((element) => {
      element.scrollTop -= 90 * 44;
    });
    await lead(MANY - 90).waitFor();
    await expectAccessible(page);
    await visitor.button('To the start').click();
    await lead(1).waitFor();
    await visitor.leave();
  });
});
