import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CampaignBench, makeCampaignBench } from '../support/campaigns.js';
import { makeClient } from '../support/people.js';
import { authority, saying, ScriptedDnc, sending } from '../support/scripted-dnc.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const SERVICE = 'id version name url builtIn caCertificate timeoutMs createdAt updatedAt';
const LIST = `query ($filter: DncServiceFilter, $orderBy: DncServiceOrder! = {field: NAME}, $first: Int, $after: String) {
  dncServices(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    totalCount nodes { ${SERVICE} } pageInfo { hasNextPage endCursor }
  }
}`;
const CREATE = `mutation ($input: CreateDncServiceInput!) { createDncService(input: $input) { dncService { ${SERVICE} } } }`;
const UPDATE = `mutation ($input: UpdateDncServiceInput!) { updateDncService(input: $input) { dncService { ${SERVICE} } } }`;
const DELETE = 'mutation ($input: DeleteDncServiceInput!) { deleteDncService(input: $input) { deletedDncServiceId } }';
const TEST = `mutation ($input: TestDncServiceInput!) {
  testDncService(input: $input) { dncService { id } answer durationMs message }
}`;
const URL = 'https://dnc.example.com/check';

interface Service {
  id: string;
  version: number;
  name: string;
  [more: string]: unknown;
}

describe('do-not-call services', () => {
  let app: TestApp;
  let bench: CampaignBench;

  beforeAll(async () => {
    app = await startTestApp();
    bench = await makeCampaignBench(app);
  });

  afterAll(async () => {
    await bench.close();
    await app.close();
  });

  const create = async (input: Record<string, unknown>): Promise<Service> =>
    (await bench.admin.ask<{ createDncService: { dncService: Service } }>(CREATE, { input: { url: URL, ...input } }))
      .createDncService.dncService;
  const update = async (input: Record<string, unknown>): Promise<Service> =>
    (await bench.admin.ask<{ updateDncService: { dncService: Service } }>(UPDATE, { input })).updateDncService
      .dncService;
  const list = async (variables: Record<string, unknown> = {}) =>
    (
      await bench.admin.ask<{
        dncServices: { totalCount: number; nodes: Service[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      }>(LIST, variables)
    ).dncServices;
  const builtIn = async (): Promise<Service> => {
    const found = (await list()).nodes.find((service) => service['builtIn']);
    if (!found) throw new Error('There is no built-in service');
    return found;
  };
  const refused = async (query: string, input: Record<string, unknown>) => {
    const { extensions } = await bench.admin.refusal(query, { input });
    return [extensions.code, ...(extensions.fields ?? []).map(({ path }) => path)];
  };
  const tested = async (id: string, phoneNumber = '+554181021119') =>
    (
      await bench.admin.ask<{ testDncService: { answer: string; durationMs: number; message: string | null } }>(TEST, {
        input: { id, phoneNumber },
      })
    ).testDncService;

  test('a new installation has the built-in one, and it is a choice in every campaign', async () => {
    const service = await builtIn();
    expect(service).toMatchObject({ url: '/donotcall', builtIn: true, caCertificate: null, timeoutMs: 2000 });
    const { id } = await bench.create({ dncServiceId: service.id });
    const { campaign } = await bench.admin.ask<{ campaign: { dncService: Service } }>(
      'query ($id: ID!) { campaign(id: $id) { dncService { id builtIn } } }',
      { id },
    );
    expect(campaign.dncService).toEqual({ id: service.id, builtIn: true });
  });

  test('the built-in one cannot be edited or deleted', async () => {
    const { id, version } = await builtIn();
    expect(await refused(UPDATE, { id, version, name: 'Mine' })).toEqual(['CONFLICT', 'input.id']);
    expect(await refused(DELETE, { id })).toEqual(['CONFLICT', 'input.id']);
    expect((await builtIn()).name).not.toBe('Mine');
  });

  test('are created with the defaults, edited in part, and deleted', async () => {
    const made = await create({ name: '  National list ' });
    expect(made).toMatchObject({
      ...{ version: 1, name: 'National list', url: URL, builtIn: false },
      ...{ caCertificate: null, timeoutMs: 2000 },
    });
    const edited = await update({ id: made.id, version: 1, caCertificate: authority, timeoutMs: 100 });
    expect(edited).toMatchObject({ version: 2, name: 'National list', caCertificate: authority, timeoutMs: 100 });
    expect(await update({ id: made.id, version: 2, caCertificate: null, name: 'Other' })).toMatchObject({
      ...{ version: 3, name: 'Other', url: URL, caCertificate: null, timeoutMs: 100 },
    });
    await bench.admin.ask(DELETE, { input: { id: made.id } });
    expect((await list({ filter: { search: 'other' } })).totalCount).toBe(0);
  });

  test('are listed in order, found by name, and paged', async () => {
    for (const name of ['Robinson B', 'Robinson 100%', 'Robinson A']) await create({ name });
    const search = { filter: { search: 'rObInSoN' } };
    const names = async (more: object) => (await list({ ...search, ...more })).nodes.map(({ name }) => name);
    expect(await names({})).toEqual(['Robinson 100%', 'Robinson A', 'Robinson B']);
    expect(await names({ orderBy: { field: 'CREATED_AT', direction: 'DESC' } })).toEqual([
      ...['Robinson A', 'Robinson 100%', 'Robinson B'],
    ]);
    expect((await list({ filter: { search: '0%' } })).nodes).toHaveLength(1);
    const first = await list({ ...search, first: 2 });
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    expect(await names({ first: 2, after: first.pageInfo.endCursor })).toEqual(['Robinson B']);
  });

  test.each([
    'https://dnc.example.com:8443/a?b=c',
    'https://192.0.2.1/',
    'http://localhost:9000/check',
    'http://127.0.0.1/',
    'http://127.255.1.9:81/',
    'http://[::1]:8080/',
  ])('take the URL %s', async (url) => {
    expect(await create({ name: url, url })).toMatchObject({ url });
  });

  test.each([
    '',
    'dnc.example.com',
    '/donotcall',
    'http://dnc.example.com/',
    'http://192.0.2.1/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://localhost.example.com/',
    'http://127.0.0.1.example.com/',
    'http://127.0.0.1@example.com/',
    'https://user:secret@dnc.example.com/',
    'https://dnc.example.com/\n',
    'https://dnc.exa mple.com/',
    'ftp://localhost/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    `https://dnc.example.com/${'x'.repeat(2000)}`,
  ])('refuse the URL %j', async (url) => {
    expect(await refused(CREATE, { name: 'Bad URL', url })).toEqual(['BAD_USER_INPUT', 'input.url']);
  });

  test('refuse everything that is wrong at once, with its path', async () => {
    const bad = { name: ' ', url: 'http://example.com', caCertificate: 'x', timeoutMs: 99 };
    const paths = ['input.name', 'input.url', 'input.caCertificate', 'input.timeoutMs'];
    expect(await refused(CREATE, bad)).toEqual(['BAD_USER_INPUT', ...paths]);
    const { id, version } = await create({ name: 'To be edited' });
    expect(await refused(UPDATE, { id, version, ...bad, timeoutMs: 10_001 })).toEqual(['BAD_USER_INPUT', ...paths]);
    expect(await refused(UPDATE, { id, version, name: null, url: null, timeoutMs: null })).toEqual([
      ...['BAD_USER_INPUT', 'input.name', 'input.url', 'input.timeoutMs'],
    ]);
  });

  test('take certificates in PEM alone: whole ones, and no key', async () => {
    const key = readFileSync(new globalThis.URL('../fixtures/dnc/good.key', import.meta.url), 'utf8');
    const damaged = authority.replace(/\n(.{20})/, '\n$1$1');
    const cut = authority.slice(0, -40);
    for (const caCertificate of ['', damaged, cut, `${authority}${cut}`, key, `${authority}${key}`]) {
      expect(await refused(CREATE, { name: 'PEM', url: URL, caCertificate })).toEqual([
        ...['BAD_USER_INPUT', 'input.caCertificate'],
      ]);
    }
    expect(await create({ name: 'PEM', caCertificate: `# two\n${authority}${authority}` })).toMatchObject({
      version: 1,
    });
  });

  test('have unique names, in any case', async () => {
    await create({ name: 'Unique' });
    const other = await create({ name: 'Another' });
    expect(await refused(CREATE, { name: 'UNIQUE', url: URL })).toEqual(['CONFLICT', 'input.name']);
    expect(await refused(UPDATE, { id: other.id, version: 1, name: 'unique' })).toEqual(['CONFLICT', 'input.name']);
  });

  test('are not edited on an old version, not even by two at once', async () => {
    const { id } = await create({ name: 'Versions' });
    const edits = await Promise.all(
      [1, 2, 3].map((timeout) => bench.admin.send(UPDATE, { input: { id, version: 1, timeoutMs: 1000 + timeout } })),
    );
    expect(edits.map(({ errors }) => errors?.[0]?.extensions.code ?? 'done').sort()).toEqual([
      ...['CONFLICT', 'CONFLICT', 'done'],
    ]);
    const { extensions } = await bench.admin.refusal(UPDATE, { input: { id, version: 1, name: 'X' } });
    expect(extensions).toMatchObject({ code: 'CONFLICT', presentVersion: 2 });
  });

  test('are not deleted while a campaign uses them, of whatever group', async () => {
    const { id } = await create({ name: 'In use' });
    const campaign = await bench.create({ dncServiceId: id });
    const failure = await bench.stranger.refusal(DELETE, { input: { id } });
    expect(failure.extensions).toMatchObject({ code: 'CONFLICT', fields: [{ path: 'input.id' }] });
    await bench.admin.ask('mutation ($input: DeleteCampaignInput!) { deleteCampaign(input: $input) { __typename } }', {
      input: { id: campaign.id },
    });
    await bench.admin.ask(DELETE, { input: { id } });
  });

  test('that are not there are NOT_FOUND', async () => {
    for (const id of ['0199b2c4-0000-7000-8000-000000000000', 'nonsense']) {
      expect(await refused(UPDATE, { id, version: 1 })).toEqual(['NOT_FOUND']);
      expect(await refused(DELETE, { id })).toEqual(['NOT_FOUND']);
      expect(await refused(TEST, { id, phoneNumber: '+554181021119' })).toEqual(['NOT_FOUND']);
    }
  });

  test('are for campaign administrators, and for a MASTER', async () => {
    const { client: manager } = await makeClient(app, 'GROUP_MANAGER', [bench.group]);
    expect(Object.keys(await app.master.ask<object>(LIST))).toEqual(['dncServices']);
    for (const client of [bench.supervisor, manager]) {
      expect((await client.refusal(LIST)).extensions.code).toBe('FORBIDDEN');
      expect((await client.refusal(CREATE, { input: { name: 'X', url: URL } })).extensions.code).toBe('FORBIDDEN');
      expect((await client.refusal(DELETE, { input: { id: 'x' } })).extensions.code).toBe('FORBIDDEN');
    }
    expect((await app.anonymous.refusal(LIST)).extensions.code).toBe('UNAUTHENTICATED');
  });

  test('are tested as before a call, and say what is wrong', async () => {
    const server = await ScriptedDnc.start();
    const { id } = await create({ name: 'Tested', url: server.url, timeoutMs: 200 });
    server.behave = saying(true);
    expect(await tested(id, '+55 41 8102-1119')).toMatchObject({ answer: 'DO_NOT_CALL', message: null });
    expect(server.questions[0]?.body).toBe('{"number":"554181021119"}');
    server.behave = saying(false);
    expect(await tested(id)).toMatchObject({ answer: 'MAY_CALL', message: null });
    server.behave = sending('no', 500);
    expect(await tested(id)).toMatchObject({
      ...{ answer: 'OUT_OF_SERVICE', message: 'It answered with the HTTP status 500 instead of 200.' },
    });
    server.behave = () => undefined;
    const slow = await tested(id);
    expect(slow).toMatchObject({ answer: 'OUT_OF_SERVICE', message: 'It did not answer within 200 ms.' });
    expect(slow.durationMs).toBeGreaterThanOrEqual(195);
    expect(slow.durationMs).toBeLessThan(1500);
    await server.close();
    expect((await tested(id)).message).toMatch(/^It cannot be reached/);
    expect(await refused(TEST, { id, phoneNumber: '+55 1' })).toEqual(['BAD_USER_INPUT', 'input.phoneNumber']);
  });

  test('with a certificate of an authority of their own are tested right after the edit', async () => {
    const server = await ScriptedDnc.start('good');
    const { id } = await create({ name: 'Over TLS', url: server.url });
    expect(await tested(id)).toMatchObject({ answer: 'OUT_OF_SERVICE' });
    await update({ id, version: 1, caCertificate: authority });
    expect(await tested(id)).toMatchObject({ answer: 'MAY_CALL' });
    await server.close();
  });
});
