import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { openBrowser } from './browser.js';
import { MASTER_PASSWORD, startTestApp, type TestApp } from './test-app.js';

/** How long a page is waited for before the test fails. */
const PATIENCE_MS = 20_000;

/** The whole product with the console of the last build, and a browser to look at it. */
export class ConsoleApp {
  private constructor(
    readonly app: TestApp,
    readonly browser: Browser,
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<ConsoleApp> {
    const [app, browser] = await Promise.all([startTestApp(environment), openBrowser()]);
    return new ConsoleApp(app, browser);
  }

  /** Somebody at a computer of their own: nobody is logged in there. */
  visit(path = '/', options: VisitOptions = {}): Promise<Visitor> {
    return Visitor.come(this.browser, this.app.url, path, options);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.app.close();
  }
}

export interface VisitOptions {
  readonly language?: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** One browser profile with one page, and everything that its console has complained of. */
export class Visitor {
  readonly complaints: string[] = [];

  private constructor(
    private readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async come(browser: Browser, url: string, path: string, options: VisitOptions): Promise<Visitor> {
    const { language = 'en', colorScheme = 'light', viewport = { width: 1280, height: 800 } } = options;
    const context = await browser.newContext({
      baseURL: url,
      locale: language,
      colorScheme,
      viewport,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const visitor = new Visitor(context, page);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') visitor.complaints.push(message.text());
    });
    page.on('pageerror', (error) => visitor.complaints.push(error.stack ?? error.message));
    await page.goto(path);
    return visitor;
  }

  /** From the login page, with English texts. */
  async login(username = 'master', password = MASTER_PASSWORD): Promise<void> {
    await this.field('User name').fill(username);
    await this.field('Password').fill(password);
    await this.button('Log in').click();
    await this.page.getByRole('navigation', { name: 'Main navigation' }).waitFor({ state: 'attached' });
  }

  /** Waits for it: the heading of a page. */
  heading(name: string): Promise<void> {
    return this.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  }

  /** Waits until somebody could read the text. */
  sees(text: string | RegExp): Promise<void> {
    return this.page.getByText(text).first().waitFor();
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  field(label: string): Locator {
    return this.page.getByRole('textbox', { name: label, exact: true });
  }

  dialog(name: string): Locator {
    return this.page.getByRole('dialog', { name, exact: true });
  }

  /** The row of a table that has this text. */
  row(text: string): Locator {
    return this.page.getByRole('row').filter({ hasText: text });
  }

  /** Waits until no row of a table has this text, however many have it now. */
  rowsGone(text: string): Promise<void> {
    return this.row(text).first().waitFor({ state: 'detached' });
  }

  /** Chooses from the menu at the end of a row. */
  async act(name: string, action: string): Promise<void> {
    await this.button(`Actions for ${name}`).click();
    await this.page.getByRole('menuitem', { name: action, exact: true }).click();
  }

  /** Ends the visit; anything that the browser's console has said, and that was not to be expected, fails the test. */
  async leave(expected?: RegExp): Promise<void> {
    await this.context.close();
    const complaints = this.complaints.filter((text) => !expected?.test(text));
    if (complaints.length > 0) throw new Error(`The browser's console says:\n${complaints.join('\n')}`);
  }
}
