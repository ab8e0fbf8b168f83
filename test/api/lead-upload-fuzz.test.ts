import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CampaignBench, makeCampaignBench, UPLOAD } from '../support/campaigns.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 150);

interface Uploaded {
  uploadLeads: {
    upload: {
      rowsRead: number;
      loaded: number;
      duplicatesInFile: number;
      duplicatesInCampaign: number;
      rejected: number;
    };
  };
}

/** Bytes as they come: noise, rows of odd fields, and a good file with a piece of noise in it. */
const noise = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
const field = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '+4915112345678',
    '554183015031',
    '"',
    '""',
    '"a"b',
    ';',
    '\t',
    '\u0000',
    '\ud800',
    '=1+1',
    '\\.',
    '\\N',
  ),
);
const rows = fc
  .array(fc.array(field, { maxLength: 5 }), { maxLength: 12 })
  .chain((table) =>
    fc.constantFrom(',', ';', '\t').map((delimiter) => Buffer.from(table.map((row) => row.join(delimiter)).join('\n'))),
  );
const damaged = fc.tuple(fc.nat(60), noise).map(([at, bytes]) => {
  const good = Buffer.from('name,number\nAna,+4915112345678\nBob,+4915112345679\n');
  return Buffer.concat([good.subarray(0, at), bytes, good.subarray(at)]);
});

describe('a file of any bytes', () => {
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

  test('is loaded as the answer says, or refused with nothing loaded; the server never fails', async () => {
    const { id: campaignId } = await bench.create();
    const stored = async (): Promise<{ leads: number; total: number }> => {
      const { rows: found } = await bench.pool.query<{ leads: number; total: number }>(
        `select (select count(*)::int from lead where campaign_id = $1) as leads, total
         from campaign_counters where campaign_id = $1`,
        [campaignId],
      );
      return found[0] ?? { leads: -1, total: -1 };
    };
    let before = await stored();
    await fc.assert(
      fc.asyncProperty(fc.oneof(noise, rows, damaged), async (bytes) => {
        const file = { content: Uint8Array.from(bytes), name: 'leads.csv' };
        const { data, errors } = await bench.admin.upload<Uploaded>(UPLOAD, { input: { campaignId } }, file);
        const after = await stored();
        if (!errors && data) {
          const { rowsRead, loaded, duplicatesInFile, duplicatesInCampaign, rejected } = data.uploadLeads.upload;
          expect(after.leads - before.leads).toBe(loaded);
          expect(loaded + duplicatesInFile + duplicatesInCampaign + rejected).toBe(rowsRead);
        } else {
          expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPLOAD_REJECTED']);
          expect(after).toEqual(before);
        }
        expect(after.total).toBe(after.leads);
        before = after;
      }),
      { numRuns: RUNS, seed: 20_261_125 },
    );
  }, 120_000);
});
