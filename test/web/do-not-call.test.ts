import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectAccessible, leaveOutBrowserTests } from '../support/browser.js';
import { ConsoleApp, type Visitor } from '../support/console-app.js';
import { makeGroup, makeUser, PASSWORD } from '../support/people.js';

(leaveOutBrowserTests ? describe.skip : describe)('the tab of do not call', () => {
  let bench: ConsoleApp;
  let administrator: string;
  let service: Server;
  let serviceUrl: string;

  beforeAll(async () => {
    bench = await ConsoleApp.start();
    ({ username: administrator } = await makeUser(bench.app, 'CAMPAIGN_ADMINISTRATOR', [await makeGroup(bench.app)]));
    service = createServer((request, response) => {
      request.resume();
      response.setHeader('content-type', 'application/json');
      response.end('{"number":"554130000001","doNotCall":true}');
    });
    await new Promise<void>((listening) => service.listen(0, '127.0.0.1', listening));
    serviceUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}/check`;
  });

  afterAll(async () => {
    await bench.close();
    await new Promise((closed) => service.close(closed));
  });

  const visitAt = async (path: string): Promise<Visitor> => {
    const visitor = await bench.visit(path);
    await visitor.login(administrator, PASSWORD);
    return visitor;
  };

  test('a service is added after its field errors, tested, edited and deleted; the built-in one is only tested', async () => {
    const visitor = await visitAt('/do-not-call');
    const { page } = visitor;
    await visitor.heading('Do not call');
    await visitor.sees('Built in: it answers from the built-in list');
    await expectAccessible(page);
    await visitor.button('Add service').click();
    await visitor.dialog('New do-not-call service').waitFor();
    await expectAccessible(page);
    await visitor.field('Name').fill('National list');
    await visitor.field('Address').fill('http://dnc.example/check');
    await visitor.field('Certificates of its authorities (PEM)').fill('no certificate');
    await visitor.button('Create').click();
    await visitor.sees('Must begin with https://; http is for this machine only');
    await visitor.sees('Is no certificate in PEM, or is cut off');
    await expectAccessible(page);
    await visitor.field('Address').fill(serviceUrl);
    await visitor.field('Certificates of its authorities (PEM)').fill('');
    await visitor.button('Create').click();
    await visitor.row('National list').getByText(serviceUrl).waitFor();

    await visitor.act('National list', 'Test');
    await visitor.field('Telephone number').fill('+554130000001');
    await visitor.button('Ask the service').click();
    await visitor.sees('Must not be called');
    await expectAccessible(page);
    await visitor.button('Cancel').click();

    await visitor.act('National list', 'Edit');
    await visitor.field('Name').fill('State list');
    await visitor.button('Save').click();
    await visitor.row('State list').waitFor();
    await visitor.act('State list', 'Delete');
    await visitor.button('Delete').click();
    await visitor.rowsGone('State list');

    await page.getByRole('button', { name: /^Actions for / }).click();
    expect(await page.getByRole('menuitem').allTextContents()).toEqual(['Test']);
    await visitor.leave();
  });

  test('the built-in list is loaded, added to, searched, and replaced after a question', async () => {
    const visitor = await visitAt('/do-not-call/numbers');
    const { page } = visitor;
    await visitor.heading('Built-in list');
    await visitor.sees('The list is empty.');
    await expectAccessible(page);
    const upload = (content: string) =>
      page
        .locator('input[type=file]')
        .setInputFiles({ name: 'numbers.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
    await upload('+554130000001\n+554130000002\nabc\n');
    await visitor.sees('2 numbers are on the list now');
    await visitor.row('No telephone number, or no country code').getByText('3', { exact: true }).waitFor();
    await visitor.row('+554130000001').waitFor();
    await expectAccessible(page);
    await upload('+554130000003\n+554130000001\n');
    await visitor.sees('3 numbers are on the list now');
    await page.getByRole('searchbox').fill('000003');
    await visitor.sees('1 entry');
    await page.getByRole('searchbox').fill('');
    await visitor.sees('3 entries');

    await page.getByRole('radio', { name: 'Replace the list' }).check();
    await upload('+554130000009\n');
    await visitor.dialog('Replace the whole list?').waitFor();
    await expectAccessible(page);
    await visitor.button('Replace').click();
    await visitor.sees('1 number is on the list now');
    await visitor.row('+554130000009').waitFor();
    await visitor.rowsGone('+554130000001');
    await visitor.leave();
  });
});
