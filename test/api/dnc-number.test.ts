import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CampaignBench, makeCampaignBench } from '../support/campaigns.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const UPLOAD = `mutation ($input: UploadDncNumbersInput!, $file: Upload!) {
  uploadDncNumbers(input: $input, file: $file) {
    dncService { builtIn } rowsRead loaded duplicates rejected rejectedRows { line reason message } totalNumbers
  }
}`;
const LIST = `query ($filter: DncNumberFilter, $orderBy: DncNumberOrder! = {field: PHONE_NUMBER}, $first: Int,
    $after: String, $last: Int) {
  dncNumbers(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last) {
    totalCount nodes { id phoneNumber addedAt } pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}`;
const TEST = 'mutation ($input: TestDncServiceInput!) { testDncService(input: $input) { answer message } }';

interface Load {
  rowsRead: number;
  loaded: number;
  duplicates: number;
  rejected: number;
  rejectedRows: { line: number; reason: string; message: string }[];
  totalNumbers: number;
}
interface Numbers {
  totalCount: number;
  nodes: { id: string; phoneNumber: string; addedAt: string }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string };
}
type Mode = 'APPEND' | 'REPLACE';

describe('the built-in do-not-call list', () => {
  let app: TestApp;
  let bench: CampaignBench;

  beforeAll(async () => {
    app = await startTestApp({ UPLOAD_MAX_MEGABYTES: '3' });
    bench = await makeCampaignBench(app);
  });

  afterAll(async () => {
    await bench.close();
    await app.close();
  });

  const send = (mode: Mode, content: string | Uint8Array<ArrayBuffer>, client = bench.admin) =>
    client.upload<{ uploadDncNumbers: Load }>(UPLOAD, { input: { mode } }, { content, name: 'numbers.csv' });
  const load = async (mode: Mode, content: string | Uint8Array<ArrayBuffer>): Promise<Load> => {
    const { data, errors } = await send(mode, content);
    if (!data) throw new Error(JSON.stringify(errors));
    return data.uploadDncNumbers;
  };
  const list = async (variables: Record<string, unknown> = {}): Promise<Numbers> =>
    (await bench.admin.ask<{ dncNumbers: Numbers }>(LIST, variables)).dncNumbers;
  const numbers = async (variables: Record<string, unknown> = {}): Promise<string[]> =>
    (await list(variables)).nodes.map(({ phoneNumber }) => phoneNumber);
  const ask = (body: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${app.url}/donotcall`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
      ...init,
    });

  test('is empty at first', async () => {
    expect(await list()).toMatchObject({ totalCount: 0, nodes: [] });
  });

  test('takes a number a line, however it is written, and counts duplicates', async () => {
    const file = '\ufeff554181021119\r\n+55 41 8302-5023\r\n\r\n"+55 (41) 83015031",\r\n+554181021119\n';
    expect(await load('REPLACE', file)).toEqual({
      ...{ dncService: { builtIn: true } },
      ...{ rowsRead: 4, loaded: 3, duplicates: 1, rejected: 0, rejectedRows: [], totalNumbers: 3 },
    });
    expect(await numbers()).toEqual(['+554181021119', '+554183015031', '+554183025023']);
  });

  test('grows by an APPEND; numbers that it had already are duplicates and keep their time', async () => {
    const before = await list();
    expect(await load('APPEND', '554183015031\n4930901820\n4930901820')).toMatchObject({
      ...{ rowsRead: 3, loaded: 1, duplicates: 2, rejected: 0, totalNumbers: 4 },
    });
    const after = await list();
    expect(after.totalCount).toBe(4);
    expect(after.nodes.slice(-3)).toEqual(before.nodes);
    expect(await numbers({ orderBy: { field: 'ADDED_AT', direction: 'DESC' }, first: 1 })).toEqual(['+4930901820']);
  });

  test('becomes what is in the file by a REPLACE', async () => {
    const [, , old] = (await list()).nodes;
    expect(await load('REPLACE', '554183015031\n4930901821\n4930901821\n')).toMatchObject({
      ...{ rowsRead: 3, loaded: 2, duplicates: 1, rejected: 0, totalNumbers: 2 },
    });
    expect((await list()).nodes).toEqual([expect.objectContaining({ phoneNumber: '+4930901821' }), old]);
  });

  test('takes the column that a header row names', async () => {
    const file = 'Nome,Telefone,Motivo\nAna,554183015031,pediu\nBea,+554183015032,';
    expect(await load('REPLACE', file)).toMatchObject({ rowsRead: 2, loaded: 2 });
    expect(await load('REPLACE', 'number\n554183015033')).toMatchObject({ rowsRead: 1, loaded: 1, totalNumbers: 1 });
  });

  test('names rows that are not acceptable, and loads the others', async () => {
    const file = '554183015031\n\n12ab\n554183015032,554183015033\n"",\n"554183015034"x\n83015035\n554183015036';
    const { rejectedRows, ...counts } = await load('REPLACE', file);
    expect(counts).toMatchObject({ rowsRead: 7, loaded: 2, duplicates: 0, rejected: 5, totalNumbers: 2 });
    expect(rejectedRows.map(({ line, reason }) => [line, reason])).toEqual([
      [3, 'INVALID_PHONE_NUMBER'],
      [4, 'MALFORMED_ROW'],
      [5, 'MISSING_PHONE_NUMBER'],
      [6, 'MALFORMED_ROW'],
      [7, 'INVALID_PHONE_NUMBER'],
    ]);
    expect(rejectedRows[0]?.message).toContain('"12ab" cannot be a telephone number');
  });

  test('lists the first 1,000 rejected rows and counts all', async () => {
    const bad = Array.from({ length: 1500 }, (_, index) => `x${index}`).join('\n');
    const { rejectedRows, rejected, totalNumbers } = await load('APPEND', bad);
    expect([rejectedRows.length, rejected, totalNumbers]).toEqual([1000, 1500, 2]);
  });

  test('stays as it was when the file is refused', async () => {
    const before = await list();
    const refusal = async (mode: Mode, content: string | Uint8Array<ArrayBuffer>) => {
      const { errors } = await send(mode, content);
      expect(await list()).toEqual(before);
      return errors?.[0]?.extensions.code;
    };
    for (const mode of ['APPEND', 'REPLACE'] as const) {
      expect(await refusal(mode, '')).toBe('UPLOAD_REJECTED');
      // UTF-8 by its first letters, and damaged later.
      const damaged = Buffer.concat([Buffer.from('554183015037\nJos\u00e9\n'), Buffer.from([0xe9, 0x28])]);
      expect(await refusal(mode, damaged)).toBe('UPLOAD_REJECTED');
      expect(await refusal(mode, '554183015037\nPK\u0003\u0004\u0000')).toBe('UPLOAD_REJECTED');
      expect(await refusal(mode, `554183015037\n${'x'.repeat(1_500_000)}`)).toBe('UPLOAD_REJECTED');
      expect(await refusal(mode, '554183015037\n'.repeat(240_000))).toBe('UPLOAD_REJECTED');
    }
    // A wrong file in the place of the right one.
    expect(await refusal('REPLACE', 'Ana\nBea\n')).toBe('UPLOAD_REJECTED');
  });

  test('is emptied by a header row alone', async () => {
    expect(await load('REPLACE', 'number\n')).toMatchObject({ rowsRead: 0, loaded: 0, totalNumbers: 0 });
    expect(await list()).toMatchObject({ totalCount: 0, nodes: [] });
  });

  test('takes two uploads at once, one after the other', async () => {
    const file = (from: number) => Array.from({ length: 4000 }, (_, index) => `+5541${from + index}`).join('\n');
    const loads = await Promise.all([load('APPEND', file(800_000_000)), load('APPEND', file(800_002_000))]);
    expect(loads.map(({ loaded }) => loaded).sort()).toEqual([2000, 4000]);
    expect(Math.max(...loads.map(({ totalNumbers }) => totalNumbers))).toBe(6000);
    expect((await list()).totalCount).toBe(6000);
  });

  test('is paged by key, in either order and direction', async () => {
    const first = await list({ first: 2 });
    expect(first).toMatchObject({ totalCount: 6000, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    expect(first.nodes.map(({ phoneNumber }) => phoneNumber)).toEqual(['+5541800000000', '+5541800000001']);
    expect(await numbers({ first: 1, after: first.pageInfo.endCursor })).toEqual(['+5541800000002']);
    expect(await numbers({ last: 1 })).toEqual(['+5541800005999']);
    const orderBy = { field: 'ADDED_AT', direction: 'DESC' };
    const newest = await list({ orderBy, first: 2000 / 8 });
    const next = await list({ orderBy, first: 2, after: newest.pageInfo.endCursor });
    const times = [...newest.nodes, ...next.nodes].map(({ addedAt }) => addedAt);
    expect(times).toEqual([...times].sort().reverse());
    expect(new Set([...newest.nodes, ...next.nodes].map(({ id }) => id)).size).toBe(252);
    for (const { id } of next.nodes)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('is searched by part of a number, and by its beginning with a plus', async () => {
    const search = (text: string) => list({ filter: { search: text }, first: 3 });
    expect(await search('80000 010')).toMatchObject({ totalCount: 10 });
    expect(await search('+55 41 80000-010')).toMatchObject({ totalCount: 10 });
    expect((await search('5999')).nodes.map(({ phoneNumber }) => phoneNumber)).toEqual(['+5541800005999']);
    for (const nothing of ['+4180', '%', '_', 'abc', '5541\\']) expect((await search(nothing)).totalCount).toBe(0);
  });

  test('is for campaign administrators, and for a MASTER', async () => {
    expect(Object.keys(await app.master.ask<object>(LIST))).toEqual(['dncNumbers']);
    expect((await bench.supervisor.refusal(LIST)).extensions.code).toBe('FORBIDDEN');
    expect((await send('APPEND', '554183015031', bench.supervisor)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await send('APPEND', '554183015031', app.anonymous)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test('answers POST /donotcall word for word as documented, without a session', async () => {
    await load('REPLACE', '554181021119');
    const answer = await ask('{"number":"554181021119"}');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await answer.text()).toBe('{"number":"554181021119","doNotCall":true}');
    expect(await (await ask('{"number":"+554181021119"}')).text()).toBe('{"number":"554181021119","doNotCall":true}');
    expect(await (await ask('{"number":"554181021118"}')).text()).toBe('{"number":"554181021118","doNotCall":false}');
    const plain = await ask('{"number":"554181021119"}', { headers: { 'content-type': 'text/plain' } });
    expect(await plain.text()).toBe('{"number":"554181021119","doNotCall":true}');
  });

  test.each([
    ['', 400],
    ['{', 400],
    ['"554181021119"', 400],
    ['null', 400],
    ['[]', 400],
    ['{}', 400],
    ['{"number":554181021119}', 400],
    ['{"number":null}', 400],
    ['{"number":""}', 400],
    ['{"number":"12"}', 400],
    ['{"number":"++554181021119"}', 400],
    ['{"number":"5541 81021119"}', 400],
    ['{"number":"5541810211191234567890"}', 400],
    ['{"number":"1\' or \'1\'=\'1"}', 400],
    [`{"number":"554181021119","more":"${'x'.repeat(2000)}"}`, 413],
  ])('refuses %j with a reason, and never with 200', async (body, status) => {
    const answer = await ask(body);
    expect(answer.status).toBe(status);
    const said = (await answer.json()) as { error: string };
    expect(said.error.length).toBeGreaterThan(20);
  });

  test('refuses other methods and compressed bodies', async () => {
    const get = await fetch(`${app.url}/donotcall`);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    const zipped = await ask('{"number":"554181021119"}', {
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    });
    expect(zipped.status).toBe(415);
  });

  test('is tested like every other service', async () => {
    const { dncServices } = await bench.admin.ask<{ dncServices: { nodes: { id: string; builtIn: boolean }[] } }>(
      '{ dncServices { nodes { id builtIn } } }',
    );
    const id = dncServices.nodes.find(({ builtIn }) => builtIn)?.id;
    const says = async (phoneNumber: string) =>
      (await bench.admin.ask<{ testDncService: object }>(TEST, { input: { id, phoneNumber } })).testDncService;
    expect(await says('+554181021119')).toEqual({ answer: 'DO_NOT_CALL', message: null });
    expect(await says('+554181021118')).toEqual({ answer: 'MAY_CALL', message: null });
  });
});
