import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CampaignBench, expectTrueCounters, makeCampaignBench, UPLOAD } from '../support/campaigns.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const LEADS = `query ($id: ID!) { campaign(id: $id) { leads { nodes { name phoneNumber description extraFields } } } }`;

type Content = string | Uint8Array<ArrayBuffer>;
interface Upload {
  readonly rowsRead: number;
  readonly loaded: number;
  readonly rejectedRows: readonly { line: number; reason: string }[];
}
interface Lead {
  readonly name: string;
  readonly phoneNumber: string;
  readonly description: string;
}

/** As spreadsheets of Windows write it; € and ’ are where Latin-1 has nothing. */
function windows1252(text: string): Buffer<ArrayBuffer> {
  return Buffer.from(text.replaceAll('€', '\u0080').replaceAll('’', '\u0092'), 'latin1');
}

function utf16be(text: string): Buffer<ArrayBuffer> {
  return Buffer.from(text, 'utf16le').swap16();
}

describe('formats of the file of leads', () => {
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

  /** Loads a file into a campaign of its own. */
  async function load(content: Content): Promise<{ upload: Upload; leads: Lead[] }> {
    const { id } = await bench.create();
    const { data, errors } = await bench.admin.upload<{ uploadLeads: { upload: Upload } }>(
      UPLOAD,
      { input: { campaignId: id } },
      { content, name: 'leads.csv' },
    );
    if (!data) throw new Error(JSON.stringify(errors));
    const { campaign } = await bench.admin.ask<{ campaign: { leads: { nodes: Lead[] } } }>(LEADS, { id });
    return { upload: data.uploadLeads.upload, leads: campaign.leads.nodes };
  }

  async function refusal(content: Content): Promise<string> {
    const { id } = await bench.create();
    const { errors } = await bench.admin.upload(UPLOAD, { input: { campaignId: id } }, { content, name: 'leads.csv' });
    expect(errors?.[0]?.extensions.code).toBe('UPLOAD_REJECTED');
    const { campaign } = await bench.admin.ask<{ campaign: { leads: { nodes: Lead[] } } }>(LEADS, { id });
    expect(campaign.leads.nodes).toEqual([]);
    await expectTrueCounters(bench.pool, id);
    return errors?.[0]?.message ?? '';
  }

  test.each([
    ['commas', 'Ana,+554183015031,a;b;c\nBea;x,+554183015032,d;e;f\n', ['Ana', 'Bea;x'], ['a;b;c', 'd;e;f']],
    [
      'semicolons',
      'Paz, Ana;+554183015031;a,b\nPaz, Bea;+554183015032;c,d\n',
      ['Paz, Ana', 'Paz, Bea'],
      ['a,b', 'c,d'],
    ],
    ['tabs', 'Paz, Ana\t+554183015031\t\n"B;\tz" \t+554183015032\tc\n', ['Paz, Ana', 'B;\tz'], ['', 'c']],
  ])('%s between fields are recognised by where the numbers are', async (_name, file, names, descriptions) => {
    const { upload, leads } = await load(file);
    expect(upload).toMatchObject({ rowsRead: 2, loaded: 2 });
    expect(leads.map((lead) => lead.name)).toEqual(names);
    expect(leads.map((lead) => lead.description)).toEqual(descriptions);
  });

  test('a header row, quotes and line ends in quotes are read with semicolons too', async () => {
    const file =
      'Name;Telefon;Notiz;Stadt\r\n"Paz; Ana";+554183015031;"1\r\n2";Bonn\r\n"x"y;+554183015032\r\nBea;12\r\n';
    const { upload, leads } = await load(file);
    expect(leads).toEqual([
      { name: 'Paz; Ana', phoneNumber: '+554183015031', description: '1\n2', extraFields: { Stadt: 'Bonn' } },
    ]);
    expect(upload.rejectedRows.map(({ line, reason }) => [line, reason])).toEqual([
      [4, 'MALFORMED_ROW'],
      [5, 'INVALID_PHONE_NUMBER'],
    ]);
  });

  const row = 'Núñez, José €’s,+554183015031';
  const quoted = '"Núñez, José €’s",+554183015031\n';
  test.each([
    ['UTF-8', Buffer.from(quoted)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${quoted}`)],
    ['UTF-16 LE', Buffer.from(`\ufeff${quoted}`, 'utf16le')],
    ['UTF-16 BE', utf16be(`\ufeff${quoted}`)],
    ['Windows-1252', windows1252(quoted)],
  ])('letters of a file in %s arrive as they were written', async (_name, file) => {
    const { leads } = await load(file);
    expect(leads).toMatchObject([{ name: row.slice(0, row.lastIndexOf(',')), phoneNumber: '+554183015031' }]);
  });

  test('an encoding shows late in the file as well as at its beginning', async () => {
    const many = Array.from({ length: 9000 }, (_, index) => `Ana,+5541${900_000_000 + index}\n`).join('');
    expect((await load(windows1252(`José,+554183015031\n${many}Zoë,+554183015032`))).upload.loaded).toBe(9002);
    for (const last of [Buffer.from('José,+554183015031'), windows1252('José,+554183015031')]) {
      const { upload, leads } = await load(Buffer.concat([Buffer.from(`Zoe,+554183015032\n${many}`), last]));
      expect(upload.loaded).toBe(9002);
      expect(leads[0]?.name).toBe('Zoe');
    }
  });

  test('a file that changes its encoding midway is refused whole, and the message names what it began as', async () => {
    const many = Array.from({ length: 9000 }, (_, index) => `Ana,+5541${900_000_000 + index}\n`).join('');
    const late = Buffer.concat([Buffer.from(`José,+554183015031\n${many}`), windows1252('Zoë,+554183015032')]);
    expect(await refusal(late)).toContain('it begins as UTF-8 and has bytes that are not UTF-8. Nothing was loaded.');
    const early = Buffer.concat([Buffer.from('José,+554183015031\n'), windows1252('Zoë,+554183015032')]);
    expect(await refusal(early)).toContain('it begins as UTF-8');
    const odd = Buffer.from('\ufeffAna,+554183015031', 'utf16le').subarray(0, -1);
    expect(await refusal(odd)).toContain('it begins as UTF-16');
  });

  test('binary files are refused, whatever their bytes would be in Windows-1252', async () => {
    expect(await refusal(Buffer.from([0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0xe9, 0x00]))).toContain('binary');
    expect(await refusal(Buffer.from('\ufeffAna,+554183015031\n\u0000', 'utf16le'))).toContain('binary');
    expect(await refusal(Buffer.concat([windows1252('José,+554183015031\n'), Buffer.from([0x81])]))).toContain(
      'Windows-1252',
    );
  });
});
