// Logs in, creates a campaign over a queue of the installation, loads leads, starts it, and watches it to its end.
//
//   OUTDIAL_USER=demo-administrator OUTDIAL_PASSWORD=... node examples/typescript/dial.ts [leads.csv]
//
// OUTDIAL_URL is http://127.0.0.1:4000 if not given, OUTDIAL_PILOT 9000 as in the demo. Node 22.18 or later runs it as
// it is; the only package that it needs is graphql-ws.
import { readFile } from 'node:fs/promises';
import { createClient } from 'graphql-ws';
import {
  createCampaign,
  login,
  type Operation,
  queues,
  startCampaign,
  uploadLeads,
  watchCounters,
  watchState,
  type Weekday,
} from './operations.ts';

const url = process.env['OUTDIAL_URL'] ?? 'http://127.0.0.1:4000';
let token = '';

async function send<Answer>(body: BodyInit, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }) },
    body,
  });
  const { data, errors } = (await response.json()) as { data?: Answer; errors?: { message: string }[] };
  if (errors || data === undefined) throw new Error(errors?.map(({ message }) => message).join('; ') ?? 'No answer');
  return data;
}

function ask<Answer, Variables>(operation: Operation<Answer, Variables>, variables: Variables): Promise<Answer> {
  const body = JSON.stringify({ query: operation.text, variables });
  return send<Answer>(body, { 'content-type': 'application/json' });
}

/** Files go by the GraphQL multipart request specification: first the operation, then what the file stands for. */
function upload<Answer, Variables extends { readonly file: Blob }>(
  operation: Operation<Answer, Variables>,
  { file, ...variables }: Variables,
): Promise<Answer> {
  const form = new FormData();
  form.set('operations', JSON.stringify({ query: operation.text, variables: { ...variables, file: null } }));
  form.set('map', JSON.stringify({ 0: ['variables.file'] }));
  form.set('0', file, 'leads.csv');
  return send<Answer>(form, { 'apollo-require-preflight': 'true' });
}

/** The file of the command line, or a few numbers that the lab answers. */
async function leadsFile(): Promise<Blob> {
  const path = process.argv[2];
  if (path !== undefined) return new Blob([await readFile(path)]);
  const rows = Array.from({ length: 10 }, (_, row) => `Example ${row},+55418301${50_00 + row}`);
  return new Blob([`name,number\n${rows.join('\n')}\n`]);
}

function dayFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

const session = await ask(login, {
  input: { username: process.env['OUTDIAL_USER'] ?? '', password: process.env['OUTDIAL_PASSWORD'] ?? '' },
});
if (!session.login) throw new Error('No session');
token = session.login.token;
const { user } = session.login;
console.log(`Logged in as ${user.username}, ${user.role}`);

const group = user.groups.find(({ enabled }) => enabled);
const queue = (await ask(queues, {})).queues.nodes.find(({ type }) => type === 'IVR');
if (!group || !queue) throw new Error('An enabled group and a queue of the type IVR are needed');
console.log(`Queue "${queue.name}": ${queue.availability.free} free`);

const everyDay: Weekday[] = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
const created = await ask(createCampaign, {
  input: {
    name: `Example ${new Date().toISOString()}`,
    groupId: group.id,
    firstDay: dayFromNow(0),
    lastDay: dayFromNow(1),
    startTime: '00:00',
    endTime: '23:59:59',
    weekdays: everyDay,
    timeZone: 'UTC',
    pilotNumber: process.env['OUTDIAL_PILOT'] ?? '9000',
    type: 'IVR',
    queueId: queue.id,
    maxAttempts: 1,
    retryMinutes: 1,
    ringTimeoutSeconds: 20,
  },
});
const campaignId = created.createCampaign?.campaign.id ?? '';
console.log(`Campaign ${campaignId}`);

const loaded = await upload(uploadLeads, { input: { campaignId }, file: await leadsFile() });
console.log(`Loaded ${loaded.uploadLeads?.upload.loaded ?? 0} of ${loaded.uploadLeads?.upload.rowsRead ?? 0} leads`);
for (const { line, message } of loaded.uploadLeads?.upload.rejectedRows ?? [])
  console.log(`  line ${line}: ${message}`);

const client = createClient({ url: `${url.replace(/^http/, 'ws')}/graphql`, connectionParams: { token } });

/** What a subscription tells, from the present state on, until the connection is closed. */
async function* watch<Answer, Variables extends Record<string, unknown>>(
  operation: Operation<Answer, Variables>,
  variables: Variables,
): AsyncGenerator<Answer> {
  for await (const { data, errors } of client.iterate<Answer>({ query: operation.text, variables })) {
    if (!data) throw new Error(errors?.map(({ message }) => message).join('; ') ?? 'No data');
    yield data;
  }
}

async function showCounters(): Promise<void> {
  for await (const { campaignCounters } of watch(watchCounters, { campaignId })) {
    const { leads, inFlight, idleReason } = campaignCounters;
    console.log(
      `${leads.total - leads.notCalled}/${leads.total} called, ${leads.success} transferred, ${leads.busy} busy, ` +
        `${leads.declined} declined, ${leads.failed} failed, ${inFlight.total} in flight, ${idleReason ?? 'dialing'}`,
    );
  }
}

/** A campaign stops by itself when no lead is left to call. */
async function waitForEnd(): Promise<void> {
  let isStarted = false;
  for await (const { campaignChanged } of watch(watchState, { campaignId })) {
    if (!isStarted) await ask(startCampaign, { input: { id: campaignId } });
    else if (campaignChanged.state === 'STOPPED') {
      const { stopReason, summary } = campaignChanged;
      console.log(`Stopped: ${stopReason ?? ''}, ${summary.success} of ${summary.total} transferred`);
      return;
    }
    isStarted = true;
  }
}

const counters = showCounters();
await waitForEnd();
await client.dispose();
await counters;
