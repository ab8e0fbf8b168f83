import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectAccessible, leaveOutBrowserTests } from '../support/browser.js';
import { type CampaignBench, dayFromNow, makeCampaignBench } from '../support/campaigns.js';
import { ConsoleApp, type Visitor } from '../support/console-app.js';
import { makeUser, PASSWORD } from '../support/people.js';
import { toneWav } from '../support/wav.js';

(leaveOutBrowserTests ? describe.skip : describe)('the tab of campaigns', () => {
  let bench: ConsoleApp;
  let campaigns: CampaignBench;
  let administrator: string;
  let supervisor: string;

  beforeAll(async () => {
    bench = await ConsoleApp.start();
    campaigns = await makeCampaignBench(bench.app);
    ({ username: administrator } = await makeUser(bench.app, 'CAMPAIGN_ADMINISTRATOR', [campaigns.group]));
    ({ username: supervisor } = await makeUser(bench.app, 'CAMPAIGN_SUPERVISOR', [campaigns.group]));
  });

  afterAll(async () => {
    await campaigns.close();
    await bench.close();
  });

  const visitAs = async (username: string, path = '/campaigns'): Promise<Visitor> => {
    const visitor = await bench.visit(path);
    await visitor.login(username, PASSWORD);
    return visitor;
  };

  const choose = async (visitor: Visitor, label: string, option: RegExp | string): Promise<void> => {
    await visitor.page.getByRole('combobox', { name: label }).click();
    await visitor.page.getByRole('option', { name: option }).first().click();
  };

  test('an administrator creates a campaign after its field errors, copies and deletes it', async () => {
    await campaigns.create({ name: 'Taken' });
    const visitor = await visitAs(administrator);
    const { page } = visitor;
    await visitor.row('Taken').waitFor();
    await expectAccessible(page);
    await visitor.button('Add campaign').click();
    const dialog = visitor.dialog('New campaign');
    await dialog.waitFor();
    await expectAccessible(page);
    await visitor.button('Create').click();
    await dialog.getByText('Must not be blank').first().waitFor();
    await dialog.getByText('Choose one').waitFor();

    await visitor.field('Name').fill('Taken');
    await choose(visitor, 'Type', 'IVR');
    await choose(visitor, 'Queue', /^queue /);
    await visitor.field('Pilot number').fill('nine thousand');
    await visitor.field('Default country').fill('xx');
    await page.getByLabel('First day').fill(dayFromNow(3));
    await page.getByLabel('Last day').fill(dayFromNow(1));
    await page.getByLabel('Until').fill('08:00');
    await visitor.button('Create').click();
    await dialog.getByText('Up to 64 digits, * and # are allowed, with a leading + if wanted').waitFor();
    await dialog.getByText('Is no country code of two letters').waitFor();
    await dialog.getByText('Must not be before the first day').waitFor();
    await dialog.getByText('Must be after the start').waitFor();
    await expectAccessible(page);

    await visitor.field('Pilot number').fill('9000');
    await visitor.field('Default country').fill('br');
    await dialog.getByText('Brazil').waitFor();
    await page.getByLabel('First day').fill(dayFromNow(0));
    await page.getByLabel('Last day').fill(dayFromNow(13));
    await page.getByLabel('Until').fill('20:00');
    await choose(visitor, 'Time zone', 'America/Sao_Paulo');
    await visitor.button('Create').click();
    await dialog.getByText('Is taken already').waitFor();
    await visitor.field('Name').fill('Spring');
    await visitor.button('Create').click();
    await visitor.heading('Spring');
    await visitor.sees('It has no lead that may still be called.');
    await expectAccessible(page);

    await page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Campaigns' }).click();
    await visitor.act('Spring', 'Copy');
    await visitor.field('Name').fill('Summer');
    await page.getByLabel('First day').fill(dayFromNow(0));
    await page.getByLabel('Last day').fill(dayFromNow(6));
    await visitor.button('Create').click();
    await visitor.heading('Summer');
    const { campaigns: stored } = await campaigns.admin.ask<{
      campaigns: {
        nodes: { name: string; timeZone: string; defaultCountry: string; schedules: { totalCount: number } }[];
      };
    }>('{ campaigns { nodes { name timeZone defaultCountry schedules { totalCount } } } }');
    expect(stored.nodes.find(({ name }) => name === 'Summer')).toMatchObject({
      timeZone: 'America/Sao_Paulo',
      defaultCountry: 'BR',
      schedules: { totalCount: 5 },
    });

    await page.goto('/campaigns?search=Summer');
    await visitor.act('Summer', 'Delete');
    await visitor.dialog('Delete Summer?').waitFor();
    await expectAccessible(page);
    await visitor.button('Delete').click();
    await visitor.rowsGone('Summer');
    await visitor.leave();
  });

  test('the list is filtered by state, and follows a campaign that is started elsewhere', async () => {
    const { id } = await campaigns.create({ name: 'Followed' });
    await campaigns.load(id, 'Ada,+554130000001\n');
    const visitor = await visitAs(administrator, '/campaigns?search=Followed');
    await visitor.row('Followed').getByText('Stopped').waitFor();
    await campaigns.admin.ask(
      'mutation ($input: StartCampaignInput!) { startCampaign(input: $input) { campaign { id } } }',
      {
        input: { id },
      },
    );
    await visitor.row('Followed').getByText('Started').waitFor();
    await choose(visitor, 'State', 'Stopped');
    await visitor.rowsGone('Followed');
    await visitor.sees('Nothing is found for “Followed”.');
    await choose(visitor, 'State', 'Started');
    await visitor.row('Followed').waitFor();
    await visitor.leave();
  });

  test('one starts it, the other one sees it and stops it, and settings are locked in between', async () => {
    const { id } = await campaigns.create({ name: 'Together' });
    await campaigns.load(id, 'Ada,+554130000001\n');
    const [first, second] = [
      await visitAs(administrator, `/campaigns/${id}/settings`),
      await visitAs(administrator, `/campaigns/${id}/settings`),
    ];
    await second.field('Description').fill('half a sentence');
    await first.button('Start').click();
    await first.dialog('Start Together?').waitFor();
    await first.dialog('Start Together?').getByRole('button', { name: 'Start' }).click();
    await first.button('Stop').waitFor();
    await second.sees('The campaign is started. Stop it to edit its settings.');
    expect(await second.field('Description').isDisabled()).toBe(true);
    await expectAccessible(second.page);
    await second.button('Stop').click();
    await second.dialog('Stop Together?').getByRole('button', { name: 'Stop' }).click();
    await second.button('Start').waitFor();
    expect(await second.field('Description').inputValue()).toBe('half a sentence');

    await first.field('Description').fill('from the first');
    await second.field('Description').fill('from the second');
    await first.button('Save').click();
    await first.sees('Together is saved.');
    await second.button('Save').click();
    await second.sees('Somebody else has edited this');
    await second.button('Load the present state').click();
    await second.page.getByText('Somebody else has edited this').waitFor({ state: 'detached' });
    expect(await second.field('Description').inputValue()).toBe('from the first');
    await second.field('Pilot number').fill('9001');
    await second.button('Save').click();
    await second.sees('Together is saved.');

    const list = await visitAs(administrator, '/campaigns?search=Together');
    const wall = await visitAs(administrator, '/campaigns');
    await wall.page.goto(`/wallboard?campaigns=${id}`);
    await list.row('Together').getByText('Stopped').waitFor();
    await wall.page.getByRole('article').getByText('Stopped').waitFor();
    await campaigns.admin.ask(
      'mutation ($input: DeleteCampaignInput!) { deleteCampaign(input: $input) { deletedCampaignId } }',
      { input: { id } },
    );
    for (const visitor of [first, list, wall]) {
      await visitor.sees('It is not there any more, or it is not in your groups.');
    }
    expect(await wall.page.getByText('NOT LIVE', { exact: true }).count()).toBe(0);
    await list.leave();
    await wall.leave();
    await first.leave();
    await second.leave();
  });

  test('the schedule shows each day, gets new hours and days, loses one, and the other browser follows', async () => {
    const today = dayFromNow(0);
    const { id } = await campaigns.create({
      name: 'Planned',
      startTime: '09:00',
      endTime: '17:00',
      lastDay: dayFromNow(2),
    });
    const visitor = await visitAs(administrator, `/campaigns/${id}/schedules`);
    const watcher = await bench.visit(`/campaigns/${id}/schedules`, { viewport: { width: 390, height: 800 } });
    await watcher.login(supervisor, PASSWORD);
    await visitor.sees('Days and times in the time zone UTC');
    const day = (offset: number) =>
      new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(dayFromNow(offset)));
    await visitor.button(`${day(0)} 09:00 – 17:00 Not running`).waitFor();
    await watcher.row(day(0)).getByText('09:00 – 17:00').waitFor();
    await expectAccessible(visitor.page);
    await expectAccessible(watcher.page);
    expect(await watcher.button('Add a day').count()).toBe(0);

    await visitor.button('Edit all remaining').click();
    await visitor.page.getByLabel('Until').fill('08:00');
    await visitor.button('Save').click();
    await visitor.sees('Must be after the start');
    await expectAccessible(visitor.page);
    await visitor.page.getByLabel('Until').fill('19:30');
    await visitor.button('Save').click();
    await visitor.sees('3 days have new times.');
    await visitor.button(`${day(0)} 09:00 – 19:30 Not running`).waitFor();
    await watcher.row(day(0)).getByText('09:00 – 19:30').waitFor();

    await visitor.button('Add a day').click();
    await visitor.dialog('One more day').getByLabel(/^Day/).fill(dayFromNow(-1));
    await visitor.dialog('One more day').getByRole('button', { name: 'Add a day' }).click();
    await visitor.sees('Is past already');
    await visitor.dialog('One more day').getByLabel(/^Day/).fill(today);
    await visitor.page.getByLabel('Until').fill('23:59');
    await visitor.dialog('One more day').getByRole('button', { name: 'Add a day' }).click();
    await visitor.sees('Is taken already');
    await visitor.dialog('One more day').getByLabel(/^Day/).fill(dayFromNow(4));
    await visitor.dialog('One more day').getByRole('button', { name: 'Add a day' }).click();
    await visitor.button(`${day(4)} 09:00 – 23:59 Not running`).click();
    await visitor.dialog(day(4)).waitFor();
    await expectAccessible(visitor.page);
    await visitor.button('Delete this day').click();
    await visitor.button('Delete').click();
    await visitor.button(day(4)).waitFor();
    await visitor.leave();
    await watcher.leave();
  });

  test('a message for machines is uploaded, refused if it is no audio, and removed', async () => {
    const { id } = await campaigns.create({ name: 'With a message', amdEnabled: true });
    const visitor = await visitAs(administrator, `/campaigns/${id}/settings`);
    const { page } = visitor;
    const message = page.getByRole('group', { name: 'Message for answering machines' });
    await message.getByText('There is no message.').waitFor();
    const send = (name: string, content: Uint8Array) =>
      page.locator('input[type=file]').setInputFiles({ name, mimeType: 'audio/wav', buffer: Buffer.from(content) });
    await send('letter.wav', Buffer.from('no audio'));
    await message.getByRole('alert').waitFor();
    await send('greeting.wav', toneWav({ seconds: 2 }));
    await message.getByText('greeting.wav, 2s').waitFor();
    expect(await message.getByRole('alert').count()).toBe(0);
    expect(await message.getByRole('link', { name: 'Download' }).getAttribute('href')).toContain(id);
    await expectAccessible(page);
    await message.getByRole('button', { name: 'Remove the message' }).click();
    await visitor.dialog('Remove the message').getByRole('button', { name: 'Remove the message' }).click();
    await message.getByText('There is no message.').waitFor();
    await visitor.leave(/status of 400|Bad Request/);
  });

  test('a supervisor reads settings and schedule, and has no button that changes anything', async () => {
    const { id } = await campaigns.create({ name: 'Read only', description: 'What it is for' });
    const visitor = await visitAs(supervisor);
    const { page } = visitor;
    await visitor.row('Read only').waitFor();
    expect(await visitor.button('Add campaign').count()).toBe(0);
    expect(await visitor.button('Actions for Read only').count()).toBe(0);
    await page.getByRole('link', { name: 'Read only' }).click();
    await visitor.heading('Read only');
    const tabs = page.getByRole('navigation', { name: 'Pages of the campaign' }).getByRole('link');
    expect(await tabs.allTextContents()).toEqual(['Summary', 'Settings', 'Schedule']);
    await tabs.filter({ hasText: 'Settings' }).click();
    await visitor.row('Pilot number').getByText('9000').waitFor();
    await expectAccessible(page);
    for (const name of ['Start', 'Stop', 'Save']) expect(await visitor.button(name).count()).toBe(0);
    await page.goto(`/campaigns/${id}/leads`);
    await visitor.sees('This page belongs to another role than yours.');
    await visitor.leave();
  });

  test('a disabled group greys out the start with its rule, until it is enabled', async () => {
    const { id } = await campaigns.create({ name: 'Of a disabled group' });
    await campaigns.load(id, 'Ada,+554130000001\n');
    const visitor = await visitAs(administrator, `/campaigns/${id}`);
    await visitor.button('Start').and(visitor.page.locator(':enabled')).waitFor();
    const switchGroup = (enabled: boolean) =>
      bench.app.master.ask(
        'mutation ($input: SetGroupEnabledInput!) { setGroupEnabled(input: $input) { group { id } } }',
        {
          input: { id: campaigns.group.id, enabled },
        },
      );
    await switchGroup(false);
    await visitor.sees(
      'Its group is disabled. Until a group manager enables it, none of its campaigns can be started.',
    );
    await visitor.button('Start').and(visitor.page.locator(':disabled')).waitFor();
    await expectAccessible(visitor.page);
    await switchGroup(true);
    await visitor.button('Start').and(visitor.page.locator(':enabled')).waitFor();
    await visitor.leave();
  });
});
