import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { expectAccessible, leaveOutBrowserTests } from '../support/browser.js';
import { type CampaignBench, makeCampaignBench } from '../support/campaigns.js';
import { ConsoleApp, type Visitor } from '../support/console-app.js';

const CREATE_QUEUE = `mutation ($input: CreateQueueInput!) { createQueue(input: $input) { queue { id } } }`;
const CREATE_TRUNK = `mutation ($input: CreateTrunkInput!) { createTrunk(input: $input) { trunk { id } } }`;
const REPORT = `mutation ($input: SetAgentStatesInput!) { setAgentStates(input: $input) { lastSequence } }`;

(leaveOutBrowserTests ? describe.skip : describe)('the installation in the console', () => {
  let bench: ConsoleApp;
  let campaigns: CampaignBench;

  beforeAll(async () => {
    bench = await ConsoleApp.start();
    campaigns = await makeCampaignBench(bench.app);
  });

  afterAll(async () => {
    await campaigns.close();
    await bench.close();
  });

  const open = async (page: string): Promise<Visitor> => {
    const visitor = await bench.visit(page);
    await visitor.login();
    return visitor;
  };

  const choose = async (visitor: Visitor, label: string, option: string): Promise<void> => {
    await visitor.page.getByRole('combobox', { name: label }).click();
    await visitor.page.getByRole('option', { name: option, exact: true }).click();
  };

  test('a MASTER makes a trunk with servers in order, edits and deletes it, and sees its health', async () => {
    const visitor = await open('/installation');
    const { page } = visitor;
    await visitor.sees('Everything is in order.');
    await visitor.sees(/^At most \d/);
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Trunks' }).click();
    await visitor.heading('Trunks');
    await visitor.sees('There is no trunk yet. Without one nothing can be dialed.');
    await visitor.button('Add trunk').click();
    const dialog = visitor.dialog('New trunk');
    await visitor.button('Create').click();
    await dialog.getByText('Must not be blank').first().waitFor();
    await expectAccessible(page);
    await visitor.field('Name').fill('Carrier');
    await visitor.field('Server 1').fill('second.example');
    await visitor.button('Add server').click();
    await visitor.field('Server 2').fill('no host');
    await visitor.field('Port of server 2').fill('5070');
    await visitor.button('Create').click();
    await dialog.getByText('“no host” is no host name and no IP address').waitFor();
    await visitor.field('Server 2').fill('first.example');
    await visitor.button('Try server 2 earlier').click();
    await visitor.field('Password').fill('write only');
    await visitor.button('Create').click();
    await dialog.getByText('A password needs a user name').waitFor();
    await visitor.field('User name').fill('dialer');
    await page.getByRole('radio', { name: 'Channels without registration' }).check();
    await visitor.field('Channels').fill('0');
    await visitor.button('Create').click();
    await dialog.getByText('0 is not allowed: 1 or more').waitFor();
    await visitor.field('Channels').fill('30');
    await visitor.button('Create').click();
    await dialog.waitFor({ state: 'detached' });
    await visitor.row('Carrier').getByText('first.example:5070, second.example · UDP').waitFor();
    await visitor
      .row('Carrier')
      .getByText(/^(In service|Connecting|Failed, waiting|Out of service)$/)
      .waitFor();
    await expectAccessible(page);

    await visitor.act('Carrier', 'Edit');
    const edit = visitor.dialog('Edit Carrier');
    await edit.waitFor();
    expect(await visitor.field('Password').inputValue()).toBe('');
    await visitor.field('Name').fill('Carrier of the north');
    await visitor.button('Save').click();
    await visitor.row('Carrier of the north').waitFor();
    await visitor.act('Carrier of the north', 'Delete');
    await visitor.button('Delete').click();
    await visitor.rowsGone('Carrier of the north');
    await visitor.leave();
  });

  test('ports are added as lines of text and removed by choice; a wrong line is named', async () => {
    await bench.app.master.ask(CREATE_TRUNK, { input: { name: 'PBX', servers: [{ host: '127.0.0.1', sipPort: 9 }] } });
    const visitor = await open('/installation/trunks');
    const { page } = visitor;
    await visitor.act('PBX', 'Show ports');
    await visitor.heading('Ports');
    await visitor.sees('There is no port here yet.');
    await visitor.button('Add ports').click();
    const dialog = visitor.dialog('New ports');
    const lines = dialog.getByRole('textbox', { name: 'User names and passwords' });
    await lines.fill('port-001,a,b\nport-002');
    await dialog.getByRole('button', { name: 'Add ports' }).click();
    await visitor.sees('Line 2 is not a user name, a comma and a password');
    await expectAccessible(page);
    await lines.fill(Array.from({ length: 300 }, (_, index) => `port-${String(index)},secret`).join('\n'));
    await dialog.getByRole('button', { name: 'Add ports' }).click();
    await visitor.sees('300 entries');
    await visitor.button('Add ports').click();
    await lines.fill('port-1,secret');
    await dialog.getByRole('button', { name: 'Add ports' }).click();
    await visitor.sees('The trunk has a port “port-1” already');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('searchbox').fill('port-29');
    await visitor.sees('11 entries');
    await page.getByRole('checkbox', { name: 'Choose port-290' }).check();
    await page.getByRole('checkbox', { name: 'Choose port-291' }).check();
    await expectAccessible(page);
    await visitor.button('Remove 2 ports').click();
    await visitor.dialog('Remove 2 ports?').getByRole('button', { name: 'Remove', exact: true }).click();
    await visitor.sees('9 entries');
    await visitor.leave();
  });

  test('a queue gets a source of any kind, and is not deleted while a campaign uses it', async () => {
    const visitor = await open('/installation/queues');
    const { page } = visitor;
    await visitor.button('Add queue').click();
    const dialog = visitor.dialog('New queue');
    await visitor.field('Name').fill('Portal');
    await visitor.field('Channels').fill('');
    await visitor.button('Create').click();
    await visitor.sees('Must not be blank');
    await visitor.field('Channels').fill('0');
    await visitor.button('Create').click();
    await visitor.sees('0 is not allowed: 1 or more');
    await choose(visitor, 'Kind', 'Asterisk queue (AMI)');
    await expectAccessible(page);
    await visitor.field('Host').fill('pbx.example');
    await visitor.field('User name').fill('outdial');
    await visitor.field('Secret').fill('write only');
    await visitor.field('Name of the queue on the switch').fill('sales');
    await choose(visitor, 'Kind', 'Fixed number of channels');
    await visitor.field('Channels').fill('7');
    await visitor.button('Create').click();
    await dialog.waitFor({ state: 'detached' });
    await visitor.row('Portal').getByText('Up to date').waitFor();
    await expectAccessible(page);

    const { id } = await campaigns.create();
    const { rows } = await campaigns.pool.query<{ name: string }>(
      'select q.name from queue q join campaign c on c.queue_id = q.id where c.id = $1',
      [id],
    );
    const name = rows[0]?.name ?? '';
    await visitor.act(name, 'Delete');
    await visitor.button('Delete').click();
    await visitor.sees('A campaign uses this queue. Give the campaign another queue first.');
    await expectAccessible(page);
    await visitor.button('Cancel').click();
    await visitor.act('Portal', 'Delete');
    await visitor.button('Delete').click();
    await visitor.rowsGone('Portal');
    await visitor.leave();
  });

  test('the agents of a queue are seen one by one, as their source reports them', async () => {
    const { me } = await bench.app.master.ask<{ me: { id: string } }>('{ me { id } }');
    const { createQueue } = await bench.app.master.ask<{ createQueue: { queue: { id: string } } }>(CREATE_QUEUE, {
      input: { name: 'Sales', type: 'IVR', transferMode: 'REFER', agentSource: { push: { reporterId: me.id } } },
    });
    const queueIds = [createQueue.queue.id];
    const visitor = await open('/installation/queues');
    await visitor.page.getByRole('link', { name: 'Sales' }).click();
    await visitor.heading('Sales');
    await visitor.sees('The source does not name its agents, or has none.');
    const report = (sequence: number, state: string) =>
      bench.app.master.ask(REPORT, {
        input: {
          ...{ sequence, ttlSeconds: 600, mode: sequence === 1 ? 'SNAPSHOT' : 'CHANGES' },
          agents: [
            { agentId: '101', displayName: 'Ada', extension: '101', queueIds, state },
            { agentId: '102', displayName: 'Bert', queueIds, state: 'UNAVAILABLE', reason: 'lunch' },
          ],
        },
      });
    await report(1, 'AVAILABLE');
    await visitor.row('Ada').getByText('Free', { exact: true }).waitFor();
    await visitor.row('Bert').getByText('lunch').waitFor();
    await expectAccessible(visitor.page);
    await report(2, 'TALKING');
    await visitor.row('Ada').getByText('In a call').waitFor();
    await visitor.page.goto('/installation/queues/00000000-0000-7000-8000-000000000000');
    await visitor.heading('Page not found');
    await visitor.leave();
  });

  test('the audit log is filtered, and an entry is shown with its details and without secrets', async () => {
    const visitor = await open('/installation/audit');
    const { page } = visitor;
    await visitor.row('login').first().waitFor();
    await expectAccessible(page);
    await page.getByRole('combobox', { name: 'Action' }).click();
    const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
    const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {}).sort();
    expect((await page.getByRole('option').allTextContents()).sort()).toEqual(mutations);
    await page.getByRole('option', { name: 'createQueue' }).click();
    await visitor.row('createQueue').first().waitFor();
    await visitor.rowsGone('login');
    await choose(visitor, 'Outcome', 'Refused');
    await visitor.row('BAD_USER_INPUT').first().waitFor();
    await page.reload();
    await visitor.row('BAD_USER_INPUT').first().waitFor();
    await visitor.button('Details of createQueue').first().click();
    const dialog = visitor.dialog('createQueue');
    await dialog.getByRole('region', { name: 'Details' }).getByText('Portal').waitFor();
    await expectAccessible(page);
    await dialog.getByText('Close', { exact: true }).click();
    await visitor.leave();
  });

  test('diagnostics name the version and the log files', async () => {
    const visitor = await open('/installation/diagnostics');
    await visitor.sees(/^Outdial \d+\.\d+\.\d+/);
    await visitor.page.getByRole('heading', { name: 'Log files' }).waitFor();
    await expectAccessible(visitor.page);
    await visitor.leave();
  });
});
