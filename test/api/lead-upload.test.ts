import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CampaignBench, expectTrueCounters, makeCampaignBench, UPLOAD } from '../support/campaigns.js';
import type { GraphQLAnswer } from '../support/graphql-client.js';
import { HeldUpload } from '../support/held-upload.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const LEADS = `query ($id: ID!, $first: Int) { campaign(id: $id) { summary { total notCalled } leads(first: $first) {
  totalCount nodes { name phoneNumber description extraFields status attemptCount }
} } }`;
const START = `mutation ($input: StartCampaignInput!) { startCampaign(input: $input) { campaign { id } } }`;
const STOP = `mutation ($input: StopCampaignInput!) { stopCampaign(input: $input) { campaign { id } } }`;

interface Upload {
  readonly id: string;
  readonly phase: string;
  readonly rowsRead: number;
  readonly loaded: number;
  readonly rejectedRowsCsvUrl: string | null;
  readonly rejectedRows: readonly { line: number; reason: string; message: string }[];
  readonly [field: string]: unknown;
}
interface LeadRow {
  readonly name: string;
  readonly phoneNumber: string;
  readonly description: string;
  readonly extraFields: object;
}

describe('upload of leads', () => {
  let app: TestApp;
  let bench: CampaignBench;

  beforeAll(async () => {
    app = await startTestApp({ UPLOAD_MAX_MEGABYTES: '5' });
    bench = await makeCampaignBench(app);
  });

  afterAll(async () => {
    await bench.close();
    await app.close();
  });

  function send(
    campaignId: string,
    content: string | Uint8Array<ArrayBuffer>,
    more: object = {},
  ): Promise<GraphQLAnswer<{ uploadLeads: { upload: Upload } }>> {
    return bench.admin.upload(UPLOAD, { input: { campaignId, ...more } }, { content, name: 'leads.csv' });
  }

  async function load(campaignId: string, content: string | Uint8Array<ArrayBuffer>): Promise<Upload> {
    const { data, errors } = await send(campaignId, content);
    if (!data) throw new Error(JSON.stringify(errors));
    return data.uploadLeads.upload;
  }

  async function leads(id: string, first = 50): Promise<{ totalCount: number; nodes: LeadRow[] }> {
    const { campaign } = await bench.admin.ask<{ campaign: { leads: { totalCount: number; nodes: LeadRow[] } } }>(
      LEADS,
      {
        id,
        first,
      },
    );
    return campaign.leads;
  }

  /** The code of the refusal; the campaign must be as it was, and the upload is kept as failed. */
  async function refusal(campaignId: string, content: string | Uint8Array<ArrayBuffer>): Promise<string | undefined> {
    const before = await leads(campaignId);
    const { errors } = await send(campaignId, content);
    expect(await leads(campaignId)).toEqual(before);
    await expectTrueCounters(bench.pool, campaignId);
    const { rows } = await bench.pool.query<{ phase: string; failure: string; finished: boolean }>(
      `select phase, failure, finished_at is not null as finished from lead_upload
       where campaign_id = $1 order by started_at desc limit 1`,
      [campaignId],
    );
    expect(rows[0]).toEqual({ phase: 'FAILED', failure: errors?.[0]?.message, finished: true });
    return errors?.[0]?.extensions.code;
  }

  test("the specification's own rows are loaded in file order, with numbers in E.164", async () => {
    const { id } = await bench.create();
    const upload = await load(id, 'María Rodríguez, 554183015031\nJuan Pérez, 554183015023\n');
    expect(upload).toMatchObject({
      phase: 'DONE',
      fileName: 'leads.csv',
      rowsRead: 2,
      loaded: 2,
      duplicatesInFile: 0,
      duplicatesInCampaign: 0,
      rejected: 0,
      rejectedRows: [],
      rejectedRowsCsvUrl: null,
      failure: null,
      campaign: { id },
    });
    expect(await leads(id)).toEqual({
      totalCount: 2,
      nodes: [
        {
          ...{ name: 'María Rodríguez', phoneNumber: '+554183015031', description: '' },
          ...{ extraFields: {}, status: 'NOT_CALLED', attemptCount: 0 },
        },
        expect.objectContaining({ name: 'Juan Pérez', phoneNumber: '+554183015023' }),
      ],
    });
    await expectTrueCounters(bench.pool, id);
  });

  test('a byte order mark, CRLF, quotes, line ends in quotes and blank lines are read', async () => {
    const { id } = await bench.create();
    const file =
      '\ufeff"Pérez, Juan", +554183015023, "said ""no""\r\ntwice"\r\n\r\n  \r\n Ana "la jefa" ,+554183015031';
    expect(await load(id, file)).toMatchObject({ rowsRead: 2, loaded: 2 });
    expect((await leads(id)).nodes).toMatchObject([
      { name: 'Pérez, Juan', description: 'said "no"\ntwice' },
      { name: 'Ana "la jefa"', phoneNumber: '+554183015031' },
    ]);
  });

  test.each([
    ['English', 'Name,Phone Number,Description,City', 'name'],
    ['Spanish', 'Nombre,Teléfono,Descripción,City', 'nombre'],
    ['Portuguese', 'Nome,Número de telefone,Descrição,City', 'nome'],
    ['German', 'Kunde,Rufnummer,Beschreibung,City', 'kunde'],
  ])('a header row in %s is recognised, and further columns are kept by their names', async (_language, header) => {
    const { id } = await bench.create();
    expect(await load(id, `${header}\nAna,+554183015031,vip,Curitiba`)).toMatchObject({ rowsRead: 1, loaded: 1 });
    expect((await leads(id)).nodes).toMatchObject([
      { name: 'Ana', phoneNumber: '+554183015031', description: 'vip', extraFields: { City: 'Curitiba' } },
    ]);
  });

  test('columns go by their names where there are names, and the third is the description', async () => {
    const { id } = await bench.create();
    await load(id, 'telefono,nombre,ciudad,__proto__\n+554183015031,Ana,Curitiba,x');
    expect((await leads(id)).nodes).toMatchObject([{ name: 'Ana', description: 'Curitiba' }]);
    expect(JSON.stringify((await leads(id)).nodes[0]?.extraFields)).toBe('{"__proto__":"x"}');
  });

  test("numbers without a country code are read in the campaign's default country", async () => {
    const { id } = await bench.create({ defaultCountry: 'BR' });
    await load(id, 'Ana,(41) 8301-5031\nBea,+49 30 901820');
    expect((await leads(id)).nodes).toMatchObject([{ phoneNumber: '+554183015031' }, { phoneNumber: '+4930901820' }]);
  });

  test('duplicates are left out, the first row of the file wins, and they are counted apart', async () => {
    const { id } = await bench.create();
    await load(id, 'Old,+554183015031');
    const upload = await load(
      id,
      'New,+55 41 8301-5031\nFirst,+554183015023\nSecond,554183015023\nThird,+554183015023\nLast,+554183015024',
    );
    expect(upload).toMatchObject({ rowsRead: 5, loaded: 2, duplicatesInFile: 2, duplicatesInCampaign: 1, rejected: 0 });
    expect((await leads(id)).nodes.map((lead) => lead.name)).toEqual(['Old', 'First', 'Last']);
    await expectTrueCounters(bench.pool, id);
  });

  test('bad rows are rejected with line, reason and value; the others are loaded', async () => {
    const { id } = await bench.create();
    const file = [
      'name,phone',
      'Ana,+554183015031',
      '',
      'Bea,12ab',
      '"Two',
      'lines",',
      'alone',
      '"Bad"quote,+554183015024',
      'Carla,+554183015025',
      '"Never closed,+554183015026',
      'Dora,554183015',
      'Eva,+554183015027',
    ].join('\n');
    const upload = await load(id, file);
    expect(upload).toMatchObject({ rowsRead: 9, loaded: 3, rejected: 6 });
    expect(upload.rejectedRows.map(({ line, reason }) => [line, reason])).toEqual([
      [4, 'INVALID_PHONE_NUMBER'],
      [5, 'MISSING_PHONE_NUMBER'],
      [7, 'MALFORMED_ROW'],
      [8, 'MALFORMED_ROW'],
      [10, 'MALFORMED_ROW'],
      [11, 'INVALID_PHONE_NUMBER'],
    ]);
    expect(upload.rejectedRows[0]?.message).toContain('"12ab" cannot be a telephone number');
    expect((await leads(id)).nodes.map((lead) => lead.name)).toEqual(['Ana', 'Carla', 'Eva']);
  });

  test('rejected rows are downloaded as CSV with the session, by members of the group only', async () => {
    const { id } = await bench.create();
    const { rejectedRowsCsvUrl: path } = await load(id, 'Ana,+554183015031\nBea,"=1+1,""x"""');
    expect(path).toMatch(/^\/uploads\/[\w-]+\/rejected-rows\.csv$/);
    const get = (token?: string) =>
      fetch(app.url + String(path), { headers: token ? { authorization: `Bearer ${token}` } : {} });
    const answer = await get(bench.admin.token);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const body = Buffer.from(await answer.arrayBuffer()).toString('utf8');
    expect(body).toMatch(/^\ufeffline,reason,message\r\n2,INVALID_PHONE_NUMBER,"""=1\+1,/);
    expect((await get(bench.stranger.token)).status).toBe(404);
    expect((await get(bench.supervisor.token)).status).toBe(403);
    expect((await get()).status).toBe(401);
  });

  test('100,000 rows with 3 bad ones go in, and the 3 are named', async () => {
    const { id } = await bench.create();
    const rows = Array.from({ length: 100_000 }, (_, index) => `Lead ${index}, +5541${900_000_000 + index}`);
    rows[9] = 'Bad one,123';
    rows[49_999] = 'Bad two,';
    rows[99_999] = 'Bad three';
    const upload = await load(id, rows.join('\n'));
    expect(upload).toMatchObject({
      rowsRead: 100_000,
      loaded: 99_997,
      rejected: 3,
      rejectedRows: [
        { line: 10, reason: 'INVALID_PHONE_NUMBER' },
        { line: 50_000, reason: 'MISSING_PHONE_NUMBER' },
        { line: 100_000, reason: 'MALFORMED_ROW' },
      ],
    });
    expect((await leads(id, 2)).totalCount).toBe(99_997);
    await expectTrueCounters(bench.pool, id);
  });

  test('more than 1,000 rejected rows are all counted and all downloadable, and 1,000 of them listed', async () => {
    const { id } = await bench.create();
    const upload = await load(id, Array.from({ length: 12_345 }, (_, index) => `Lead ${index},x${index}`).join('\n'));
    expect(upload).toMatchObject({ phase: 'DONE', loaded: 0, rejected: 12_345 });
    expect(upload.rejectedRows).toHaveLength(1000);
    const answer = await fetch(app.url + String(upload.rejectedRowsCsvUrl), {
      headers: { authorization: `Bearer ${bench.admin.token ?? ''}` },
    });
    expect((await answer.text()).trimEnd().split('\r\n')).toHaveLength(12_346);
  });

  test('what is no CSV is refused whole: empty, header only, binary, damaged UTF-8, endless lines', async () => {
    const { id } = await bench.create();
    await load(id, 'Ana,+554183015031');
    expect(await refusal(id, '')).toBe('UPLOAD_REJECTED');
    expect(await refusal(id, '\ufeff')).toBe('UPLOAD_REJECTED');
    expect(await refusal(id, 'name,phone\n')).toBe('UPLOAD_REJECTED');
    expect(await refusal(id, Buffer.from('Bea,+554183015024', 'utf16le'))).toBe('UPLOAD_REJECTED');
    expect(await refusal(id, 'Bea,+554183015024\nPK\u0003\u0004\u0000')).toBe('UPLOAD_REJECTED');
    expect(await refusal(id, Buffer.from('José,+554183015024\nBeä').subarray(0, -1))).toBe('UPLOAD_REJECTED');
    expect(await refusal(id, `Bea,+554183015024\n${'x'.repeat(1_500_000)}`)).toBe('UPLOAD_REJECTED');
    expect(await refusal(id, `Bea,+554183015024\n${`Bea,+554183015025,${'y'.repeat(900_000)}\n`.repeat(6)}`)).toBe(
      'UPLOAD_REJECTED',
    );
  });

  test('values that mean something to COPY arrive as they are', async () => {
    const { id } = await bench.create();
    const name = 'a\\tb\\.\\N\tc\u000bd';
    await load(id, `"${name}",+554183015031,"\\N\n\\."\n"x\ty\\",+554183015032`);
    expect((await leads(id)).nodes).toMatchObject([
      { name, description: '\\N\n\\.' },
      { name: 'x\ty\\', description: '' },
    ]);
  });

  test('a started campaign takes no leads', async () => {
    const { id } = await bench.create();
    await load(id, 'Ana,+554183015031');
    await bench.admin.ask(START, { input: { id } });
    expect((await send(id, 'Bea,+554183015032')).errors?.[0]?.extensions.code).toBe('CAMPAIGN_NOT_STOPPED');
    expect((await leads(id)).totalCount).toBe(1);
    await bench.admin.ask(STOP, { input: { id } });
  });

  test('only administrators of the group upload', async () => {
    const { id } = await bench.create();
    const file = { content: 'Ana,+554183015031', name: 'x.csv' };
    const code = async (client: CampaignBench['admin']) =>
      (await client.upload(UPLOAD, { input: { campaignId: id } }, file)).errors?.[0]?.extensions.code;
    expect(await code(bench.stranger)).toBe('NOT_FOUND');
    expect(await code(bench.supervisor)).toBe('FORBIDDEN');
    expect(await code(app.anonymous)).toBe('UNAUTHENTICATED');
    expect((await leads(id)).totalCount).toBe(0);
  });

  test("the client may choose the upload's id, once", async () => {
    const { id } = await bench.create();
    const uploadId = '01990000-0000-4000-8000-0000000000aa';
    const first = await send(id, 'Ana,+554183015031', { uploadId });
    expect(first.data?.uploadLeads.upload.id).toBe(uploadId);
    const refused = async (chosen: string) =>
      (await send(id, 'Bea,+554183015032', { uploadId: chosen })).errors?.[0]?.extensions;
    expect(await refused(uploadId)).toMatchObject({ code: 'CONFLICT', fields: [{ path: 'input.uploadId' }] });
    expect(await refused('mine')).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'input.uploadId' }] });
    expect((await leads(id)).totalCount).toBe(1);
  });

  test('two uploads at once into one campaign both load, without a number twice', async () => {
    const { id } = await bench.create();
    const file = (name: string) =>
      Array.from({ length: 3000 }, (_, index) => `${name} ${index}, +5541${800_000_000 + index}`).join('\n');
    const uploads = await Promise.all([load(id, file('a')), load(id, file('b'))]);
    expect(uploads.map((upload) => upload.loaded).sort()).toEqual([0, 3000]);
    expect((await leads(id)).totalCount).toBe(3000);
    await expectTrueCounters(bench.pool, id);
  });

  test('a client that goes away leaves nothing behind but the failed upload', async () => {
    const { id } = await bench.create();
    const rows = Array.from({ length: 5000 }, (_, index) => `Lead ${index}, +5541${700_000_000 + index}\n`);
    const upload = new HeldUpload(bench.admin, UPLOAD, { input: { campaignId: id } }, rows.join(''));
    const phase = async () => {
      const { rows } = await bench.pool.query<{ phase: string }>(
        'select phase from lead_upload where campaign_id = $1',
        [id],
      );
      return rows[0]?.phase;
    };
    while ((await phase()) !== 'READING') await new Promise((done) => setTimeout(done, 10));
    upload.abandon();
    while ((await phase()) !== 'FAILED') await new Promise((done) => setTimeout(done, 10));
    expect((await leads(id)).totalCount).toBe(0);
    await expectTrueCounters(bench.pool, id);
    await load(id, 'Ana,+554183015031');
  });
});
