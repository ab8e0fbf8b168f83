import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectAccessible, leaveOutBrowserTests } from '../support/browser.js';
import { ConsoleApp } from '../support/console-app.js';
import { makeGroup, makeUser, PASSWORD } from '../support/people.js';
import { MASTER_PASSWORD } from '../support/test-app.js';

const RESET = `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { user { id } } }`;

(leaveOutBrowserTests ? describe.skip : describe)('a session in the console', () => {
  let bench: ConsoleApp;

  beforeAll(async () => {
    bench = await ConsoleApp.start();
  });

  afterAll(() => bench.close());

  test('a wrong password is said to be one, and a right one leads to the first tab', async () => {
    const visitor = await bench.visit();
    await visitor.heading('Log in');
    await expectAccessible(visitor.page);
    await visitor.field('User name').fill('master');
    await visitor.field('Password').fill('not the password');
    await visitor.button('Log in').click();
    await visitor.sees('The user name or the password is wrong, or the user is disabled.');
    await visitor.field('Password').fill(MASTER_PASSWORD);
    await visitor.page.keyboard.press('Enter');
    await visitor.heading('Users');
    expect(await visitor.page.title()).toBe('Users · Outdial');
    await visitor.leave();
  });

  test('is in a cookie that no script reads, outlives a reload, and ends with the log-out', async () => {
    const visitor = await bench.visit();
    const { page } = visitor;
    await visitor.login();
    await visitor.heading('Users');
    const readable = await page.evaluate<string>('document.cookie + JSON.stringify([localStorage, sessionStorage])');
    expect(readable).not.toMatch(/session|token/i);
    await page.reload();
    await visitor.heading('Users');
    await visitor.button('User menu of master').click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await visitor.heading('Log in');
    expect(await page.getByText('Your session ended').count()).toBe(0);
    await page.reload();
    await visitor.heading('Log in');
    await visitor.leave();
  });

  test('that is ended elsewhere is said so at once, and a new login leads back to where one was', async () => {
    const { id } = await makeUser(bench.app, 'MASTER', [], { username: 'interrupted' });
    const visitor = await bench.visit('/groups?search=Default');
    await visitor.login('interrupted', PASSWORD);
    await visitor.row('Default Dialer Group').waitFor();
    await bench.app.master.ask(RESET, { input: { userId: id, newPassword: 'given by the master' } });
    await visitor.sees(/^Your session ended/);
    await expectAccessible(visitor.page);
    await visitor.login('interrupted', 'given by the master');
    await visitor.row('Default Dialer Group').waitFor();
    expect(visitor.page.url()).toContain('/groups?search=Default');
    await visitor.leave();
  });

  test('a user who must change the password does so before anything else', async () => {
    const group = await makeGroup(bench.app);
    await makeUser(bench.app, 'CAMPAIGN_SUPERVISOR', [group], { username: 'newcomer', mustChangePassword: true });
    const visitor = await bench.visit();
    await visitor.field('User name').fill('newcomer');
    await visitor.field('Password').fill(PASSWORD);
    await visitor.button('Log in').click();
    await visitor.heading('Change password');
    await expectAccessible(visitor.page);
    await visitor.field('Present password').fill('not this one');
    await visitor.field('New password').fill('my very own password');
    await visitor.field('New password once more').fill('my very own passwort');
    await visitor.button('Change password').click();
    await visitor.sees('Is not the same as above');
    await visitor.field('New password once more').fill('my very own password');
    await visitor.button('Change password').click();
    await visitor.sees('Is not the present password');
    await visitor.field('Present password').fill(PASSWORD);
    await visitor.button('Change password').click();
    await visitor.heading('Campaigns');
    await visitor.leave();
  });

  test('speaks the language that was chosen on the login page, from then on', async () => {
    const visitor = await bench.visit('/', { language: 'es' });
    const { page } = visitor;
    await visitor.heading('Iniciar sesión');
    for (const [name, title] of [
      ['English', 'Log in'],
      ['Português', 'Entrar'],
      ['Deutsch', 'Anmelden'],
    ] as const) {
      await page.getByRole('banner').getByRole('button').first().click();
      await page.getByRole('menuitem', { name }).click();
      await visitor.heading(title);
    }
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    await page.reload();
    await visitor.field('Benutzername').fill('master');
    await visitor.field('Passwort').fill(MASTER_PASSWORD);
    await page.keyboard.press('Enter');
    await visitor.heading('Benutzer');
    await visitor.sees(/^\d+ Einträge$/);
    await visitor.leave();
  });

  test('is usable by keyboard, in the dark and on a telephone', async () => {
    const visitor = await bench.visit('/', { colorScheme: 'dark', viewport: { width: 375, height: 667 } });
    const { page } = visitor;
    await expectAccessible(page);
    await visitor.login();
    await visitor.heading('Users');
    await expectAccessible(page);
    await visitor.button('Menu').click();
    await page.getByRole('link', { name: 'Installation' }).focus();
    await page.keyboard.press('Enter');
    await visitor.heading('Installation');
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Installation');
    expect(await page.title()).toBe('Installation · Outdial');
    await visitor.sees('Dialing engine');
    await expectAccessible(page);
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await visitor.leave();
  });
});
