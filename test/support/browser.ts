import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { jest } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const isInstalled = existsSync(EXECUTABLE);
const mustRun = process.env['CI'] === 'true';
if (!isInstalled && !mustRun) {
  process.stderr.write('SKIPPED: the tests of the console, which need chromium (Debian package chromium)\n');
}

/** For `describe`: `chromium` of Debian. In CI its absence is a failure, elsewhere these tests are skipped and say so. */
export const leaveOutBrowserTests = !isInstalled && !mustRun;

/** A story has many pages, and a browser is slow on a busy machine. */
jest.setTimeout(120_000);

/** A browser with an empty profile. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
}

interface WithAxe {
  readonly axe: { run(options: object): Promise<AxeResults> };
}

/** WCAG 2.2 level AA, with all that it includes. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Fails with what axe finds on the page as it is now, and where. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate<AxeResults, string[]>(
    (values) => (globalThis as unknown as WithAxe).axe.run({ runOnly: { type: 'tag', values } }),
    RULES,
  );
  const found = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html).join('\n  ')}`,
  );
  if (found.length > 0) throw new Error(`axe finds on ${page.url()}:\n${found.join('\n')}`);
}
