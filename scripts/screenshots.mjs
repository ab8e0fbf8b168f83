// Pictures of every page of the console, and docs/console.md, which shows them: `npm run screenshots`, or with
// `-- NAME …` of some alone.
//
// Starts the product with the lab and its demo campaign on a database of its own, adds what an installation has besides,
// and visits the pages below with Debian's Chromium. A page more is a line in `shots`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = `${root}/docs/screenshots`;
const MASTER_PASSWORD = 'only for screenshots';
const SCREEN = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
/** Of pages that are longer than a screen. */
const MOST_HEIGHT = 2200;
const PATIENCE_MS = 15_000;
const [MASTER, MANAGER, ADMINISTRATOR, SUPERVISOR] = [
  'master',
  'demo-manager',
  'demo-administrator',
  'demo-supervisor',
];

/**
 * One picture each: who looks, at which address, and what is waited for, as a text of the page. `act` brings the page to
 * what is to be shown. In this order the demo campaign is dialed while it is looked at.
 */
const shots = [
  { name: 'login', says: 'Logging in, with the choice of the language.', path: '/', waitsFor: 'Log in' },
  {
    name: 'campaigns',
    says: 'The campaigns of the own groups.',
    who: ADMINISTRATOR,
    path: '/campaigns',
    waitsFor: 'Demo',
  },
  {
    name: 'campaign-summary',
    says: 'A campaign while it is dialed: live counters, funnel, calls a minute and attempts as they happen.',
    who: ADMINISTRATOR,
    path: ({ campaignId }) => `/campaigns/${campaignId}`,
    waitsFor: 'Demo',
    settleMs: 30_000,
  },
  {
    name: 'campaign-summary-dark',
    says: 'The same in the dark.',
    who: ADMINISTRATOR,
    path: ({ campaignId }) => `/campaigns/${campaignId}`,
    waitsFor: 'Demo',
    colorScheme: 'dark',
    settleMs: 15_000,
  },
  {
    name: 'campaign-summary-phone',
    says: 'A supervisor looks at it on a telephone.',
    who: SUPERVISOR,
    path: ({ campaignId }) => `/campaigns/${campaignId}`,
    waitsFor: 'Demo',
    viewport: PHONE,
    settleMs: 5000,
  },
  {
    name: 'wallboard',
    says: 'The wallboard fills a screen on the wall.',
    who: SUPERVISOR,
    path: ({ campaignId }) => `/wallboard?campaigns=${campaignId}`,
    waitsFor: 'Demo',
    colorScheme: 'dark',
    settleMs: 3000,
  },
  {
    name: 'calls',
    says: 'The call log of a campaign with its filters.',
    who: ADMINISTRATOR,
    path: ({ campaignId }) => `/campaigns/${campaignId}/calls`,
    waitsFor: 'Lab',
  },
  {
    name: 'attempt',
    says: 'One attempt: what happened when, how it ended, and what the network said of it.',
    who: ADMINISTRATOR,
    path: ({ campaignId }) => `/campaigns/${campaignId}/calls?result=SUCCESS`,
    waitsFor: 'Lab',
    viewport: { width: 1280, height: 1120 },
    act: async (page) => {
      await page
        .getByRole('button', { name: /^Details of the call to/ })
        .first()
        .click();
      await page.getByText('Raw facts').waitFor();
    },
  },
  {
    name: 'leads',
    says: 'The leads of a campaign, with their status; a file with more is dropped above while the campaign is stopped.',
    who: ADMINISTRATOR,
    path: ({ campaignId }) => `/campaigns/${campaignId}/leads`,
    waitsFor: '+',
  },
  {
    name: 'lead',
    says: 'Why is a lead not called now?',
    who: ADMINISTRATOR,
    path: ({ campaignId }) => `/campaigns/${campaignId}/leads`,
    waitsFor: '+',
    act: async (page) => {
      await page
        .getByRole('button', { name: /^Actions for/ })
        .first()
        .click();
      await page.getByRole('menuitem').first().click();
      await page.getByRole('dialog').getByRole('list').waitFor();
    },
  },
  {
    name: 'schedules',
    says: 'The schedules of a campaign as a calendar.',
    who: ADMINISTRATOR,
    path: ({ campaignId }) => `/campaigns/${campaignId}/schedules`,
    waitsFor: 'Demo',
  },
  {
    name: 'settings',
    says: 'The settings of a campaign.',
    who: ADMINISTRATOR,
    path: ({ campaignId }) => `/campaigns/${campaignId}/settings`,
    waitsFor: '9000',
  },
  {
    name: 'do-not-call',
    says: 'Do-not-call services.',
    who: ADMINISTRATOR,
    path: '/do-not-call',
    waitsFor: 'Do not call',
  },
  {
    name: 'do-not-call-list',
    says: 'The built-in do-not-call list.',
    who: ADMINISTRATOR,
    path: '/do-not-call/numbers',
    waitsFor: 'Built-in list',
    act: async (page) => {
      const numbers = Array.from({ length: 12 }, (_, index) => `+447700900${100 + 37 * index}\n`);
      const buffer = Buffer.from(numbers.join(''));
      await page.locator('input[type=file]').setInputFiles({ name: 'numbers.csv', mimeType: 'text/csv', buffer });
      await page.getByText('+447700900100').waitFor();
    },
  },
  { name: 'users', says: 'Users, as a master sees them.', who: MASTER, path: '/users', waitsFor: 'demo-manager' },
  {
    name: 'new-user',
    says: 'A new user; what the server refuses is said at the field.',
    who: MANAGER,
    path: '/users',
    waitsFor: 'demo-supervisor',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add user' }).click();
      await page.getByRole('textbox', { name: 'User name' }).fill('demo-supervisor');
      await page.getByRole('textbox', { name: 'First password' }).fill('a good password');
      await page.getByRole('button', { name: 'Create', exact: true }).click();
      await page.getByText('Is taken already').waitFor();
    },
  },
  { name: 'groups', says: 'Groups, enabled and disabled.', who: MASTER, path: '/groups', waitsFor: 'Demo' },
  {
    name: 'engine',
    says: 'The dialing engine, live, with what is not in order.',
    who: MASTER,
    path: '/installation',
    waitsFor: 'Carrier',
  },
  {
    name: 'trunks',
    says: 'The trunks with their health.',
    who: MASTER,
    path: '/installation/trunks',
    waitsFor: 'PBX',
  },
  {
    name: 'trunk',
    says: 'A trunk is edited: its servers are tried in order, and its password is never shown.',
    who: MASTER,
    path: '/installation/trunks',
    waitsFor: 'PBX',
    act: async (page) => {
      await page.getByRole('button', { name: 'Actions for PBX' }).click();
      await page.getByRole('menuitem', { name: 'Edit' }).click();
      await page.getByRole('dialog', { name: 'Edit PBX' }).waitFor();
    },
  },
  {
    name: 'ports',
    says: 'The ports that register at a PBX.',
    who: MASTER,
    path: '/installation/ports',
    waitsFor: 'port-101',
  },
  {
    name: 'queues',
    says: 'The queues, with how many agents are free.',
    who: MASTER,
    path: '/installation/queues',
    waitsFor: 'Sales',
  },
  {
    name: 'queue',
    says: 'One queue with its agents.',
    who: MASTER,
    path: ({ queueId }) => `/installation/queues/${queueId}`,
    waitsFor: 'Ada',
    colorScheme: 'dark',
  },
  {
    name: 'audit',
    says: 'The audit log: who did, or tried to do, what.',
    who: MASTER,
    path: '/installation/audit',
    waitsFor: 'login',
  },
  {
    name: 'diagnostics',
    says: 'The version and the log files.',
    who: MASTER,
    path: '/installation/diagnostics',
    waitsFor: 'Log files',
  },
  {
    name: 'german',
    says: 'Each page speaks English, Spanish, Portuguese and German.',
    who: MASTER,
    path: '/installation/queues',
    waitsFor: 'Warteschlangen',
    language: 'de',
  },
];

const dataDir = mkdtempSync(join(tmpdir(), 'outdial-screenshots-'));
const product = spawn(process.execPath, [`${root}/dist/main.js`], {
  env: {
    ...process.env,
    DATA_DIR: dataDir,
    DATABASE_URL: undefined,
    HTTP_PORT: '0',
    MASTER_PASSWORD,
    LOG_LEVEL: 'info',
  },
  stdio: ['ignore', 'pipe', 'ignore'],
});
let browser;
try {
  const { url, passwords } = await untilDialing();
  const ids = await furnish(url, passwords);
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  mkdirSync(out, { recursive: true });
  const wanted = process.argv.slice(2);
  const chosen = shots.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  for (const shot of chosen) await shoot(shot, url, passwords, ids).catch(tellFailure);
  writeFileSync(`${root}/docs/console.md`, describeShots());
} finally {
  await browser?.close();
  if (product.exitCode === null) {
    product.kill('SIGTERM');
    await once(product, 'exit');
  }
  rmSync(dataDir, { recursive: true, force: true });
}

/** The other pictures are taken all the same. */
function tellFailure(error) {
  console.error(error);
  process.exitCode = 1;
}

/** The address, and the passwords of the demo's users, which the product prints once. */
async function untilDialing() {
  const passwords = { [MASTER]: MASTER_PASSWORD };
  let url;
  for await (const line of createInterface({ input: product.stdout })) {
    url ??= /(http:\/\/\S+)\/graphql/.exec(line)?.[1];
    const [, username, password] = /^ {2}(demo-\S+) +(\S+)$/.exec(line) ?? [];
    if (username) passwords[username] = password;
    if (line.startsWith('The lab is the carrier')) break;
  }
  // What it prints from now on is read by nobody.
  product.stdout.resume();
  return { url, passwords };
}

async function login(url, username, password) {
  const ask = async (token, query, variables = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  const data = await ask(undefined, 'mutation ($input: LoginInput!) { login(input: $input) { token } }', {
    input: { username, password },
  });
  return (query, variables) => ask(data.login.token, query, variables);
}

/** A disabled group, a PBX with ports, and a queue whose agents are reported. The PBX is the lab: nothing leaves here. */
async function furnish(url, passwords) {
  const master = await login(url, MASTER, passwords[MASTER]);
  const { me, trunks } = await master('{ me { id } trunks { nodes { servers { host sipPort } } } }');
  const group = await master('mutation ($input: CreateGroupInput!) { createGroup(input: $input) { group { id } } }', {
    input: { name: 'South', description: 'Closed for the season' },
  });
  await master('mutation ($input: SetGroupEnabledInput!) { setGroupEnabled(input: $input) { group { id } } }', {
    input: { id: group.createGroup.group.id, enabled: false },
  });
  const trunk = await master('mutation ($input: CreateTrunkInput!) { createTrunk(input: $input) { trunk { id } } }', {
    input: { name: 'PBX', servers: trunks.nodes[0].servers },
  });
  await master('mutation ($input: AddDialerPortsInput!) { addDialerPorts(input: $input) { dialerPorts { id } } }', {
    input: {
      trunkId: trunk.createTrunk.trunk.id,
      ports: Array.from({ length: 12 }, (_, index) => ({ username: `port-${101 + index}`, password: 'secret' })),
    },
  });
  // Nobody listens there: it is what is not in order.
  await master('mutation ($input: CreateTrunkInput!) { createTrunk(input: $input) { trunk { id } } }', {
    input: { name: 'Carrier', servers: [{ host: '127.0.0.1', sipPort: 9 }], channels: 30 },
  });
  const queue = await master('mutation ($input: CreateQueueInput!) { createQueue(input: $input) { queue { id } } }', {
    input: { name: 'Sales', type: 'IVR', transferMode: 'REFER', agentSource: { push: { reporterId: me.id } } },
  });
  const queueId = queue.createQueue.queue.id;
  const agents = [
    ['Ada', 'AVAILABLE'],
    ['Bert', 'TALKING'],
    ['Chloé', 'WRAPUP'],
    ['Dinesh', 'TALKING'],
    ['Elif', 'UNAVAILABLE', 'Lunch'],
    ['Femi', 'RINGING'],
  ].map(([displayName, state, reason], index) => {
    const agentId = String(101 + index);
    return { agentId, displayName, extension: agentId, queueIds: [queueId], state, reason };
  });
  await master('mutation ($input: SetAgentStatesInput!) { setAgentStates(input: $input) { lastSequence } }', {
    input: { sequence: 1, ttlSeconds: 3600, mode: 'SNAPSHOT', agents },
  });
  const administrator = await login(url, ADMINISTRATOR, passwords[ADMINISTRATOR]);
  const { campaigns } = await administrator('{ campaigns { nodes { id } } }');
  return { queueId, campaignId: campaigns.nodes[0].id };
}

async function shoot(shot, baseURL, passwords, ids) {
  const {
    name,
    who,
    path,
    waitsFor,
    act,
    language = 'en',
    colorScheme = 'light',
    viewport = SCREEN,
    settleMs = 500,
  } = shot;
  const context = await browser.newContext({
    baseURL,
    locale: language,
    colorScheme,
    viewport,
    reducedMotion: 'reduce',
  });
  try {
    if (who) {
      const input = { username: who, password: passwords[who], setCookie: true };
      const query = 'mutation ($input: LoginInput!) { login(input: $input) { expiresAt } }';
      await context.request.post('/graphql', { data: { query, variables: { input } } });
    }
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(typeof path === 'string' ? path : path(ids));
    await page.locator('main').getByText(waitsFor).first().waitFor();
    await act?.(page);
    await page.waitForTimeout(settleMs);
    // Not by `fullPage`, which leaves bars at the sides where they are; a dialog is shown above what is behind it.
    const height = await page.evaluate('document.documentElement.scrollHeight');
    if (!act && height > viewport.height) {
      await page.setViewportSize({ width: viewport.width, height: Math.min(height, MOST_HEIGHT) });
      await page.waitForTimeout(300);
    }
    await page.screenshot({ path: `${out}/${name}.png` });
  } catch (error) {
    throw new Error(`The picture ${name} could not be taken`, { cause: error });
  } finally {
    await context.close();
  }
}

function describeShots() {
  const pictures = shots.map(({ name, says }) => `${says}\n\n![${says}](screenshots/${name}.png)\n`);
  return [
    '# The console in pictures\n',
    'Made by `npm run screenshots` from the lab and its demo campaign; `web/README.md` says how the pages are built.\n',
    ...pictures,
  ].join('\n');
}
