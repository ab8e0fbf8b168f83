import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { limits } from '../../src/api/limits.js';
import { type CampaignBench, makeCampaignBench, UPLOAD } from '../support/campaigns.js';
import { HeldUpload } from '../support/held-upload.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const UPLOAD_NUMBERS = `mutation ($input: UploadDncNumbersInput!, $file: Upload!) {
  uploadDncNumbers(input: $input, file: $file) { loaded totalNumbers }
}`;

/** More than is needed to find out how the file is written. */
const ROWS = Array.from({ length: 1000 }, (_, index) => `Lead ${index},+5541${830_150_000 + index}\n`).join('');

type LeadsAnswer = { readonly uploadLeads: { readonly upload: { readonly loaded: number } } };
type NumbersAnswer = { readonly uploadDncNumbers: { readonly loaded: number } };

describe('senders that take their time', () => {
  let app: TestApp;
  let bench: CampaignBench;

  beforeAll(async () => {
    // One connection for sessions, the audit log, readiness and the do-not-call list.
    app = await startTestApp({ DATABASE_POOL_SIZE: '4' });
    bench = await makeCampaignBench(app);
  });

  afterAll(async () => {
    await bench.close();
    await app.close();
  });

  /** Resolves when so many rows of the upload are known to have come. */
  async function waitForRows(campaignId: string, rows: number): Promise<void> {
    const read = async (): Promise<boolean> => {
      const { rowCount } = await bench.pool.query(
        `select 1 from lead_upload where campaign_id = $1 and phase = 'READING' and rows_read >= $2`,
        [campaignId, rows],
      );
      return rowCount === 1;
    };
    while (!(await read())) await new Promise((done) => setTimeout(done, 10));
  }

  test('keep nobody waiting, and what they send is loaded when it is there', async () => {
    const campaigns = await Promise.all(Array.from({ length: 4 }, () => bench.create()));
    const uploads = campaigns.map(
      ({ id }) => new HeldUpload<LeadsAnswer>(bench.admin, UPLOAD, { input: { campaignId: id } }, ROWS),
    );
    const numbers = new HeldUpload<NumbersAnswer>(
      bench.admin,
      UPLOAD_NUMBERS,
      { input: { mode: 'APPEND' } },
      ROWS.replace(/.*,/g, ''),
    );
    await Promise.all(campaigns.map(({ id }) => waitForRows(id, 500)));

    expect(await bench.admin.ask('{ me { username } }')).toMatchObject({ me: { username: expect.any(String) } });
    expect((await fetch(`${app.url}/readyz`)).status).toBe(200);
    await bench.load((await bench.create()).id, 'Bea,+554183015032');

    numbers.write('+554183000000\n');
    for (const upload of uploads) upload.write('Bea,+554183000000\n');
    for (const { data } of await Promise.all(uploads.map((upload) => upload.finish()))) {
      expect(data?.uploadLeads.upload.loaded).toBe(1001);
    }
    expect((await numbers.finish()).data?.uploadDncNumbers.loaded).toBe(1001);
  });

  test('are let in up to a number for each user, and more of them are told to come back', async () => {
    const { id } = await bench.create();
    const begin = (client = bench.admin) => new HeldUpload(client, UPLOAD, { input: { campaignId: id } }, ROWS);
    const uploads = Array.from({ length: limits.maxUploadsOfUser }, () => begin());
    const uploadsRead = async () =>
      (await bench.pool.query(`select 1 from lead_upload where campaign_id = $1 and phase = 'READING'`, [id])).rowCount;
    while ((await uploadsRead()) !== uploads.length) await new Promise((done) => setTimeout(done, 10));

    const refused = begin();
    const { status, errors } = await refused.answer;
    refused.abandon();
    expect(status).toBe(429);
    expect(errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
    expect((await begin(bench.stranger).finish()).errors?.[0]?.extensions.code).toBe('NOT_FOUND');

    for (const upload of uploads) upload.abandon();
    while ((await uploadsRead()) !== 0) await new Promise((done) => setTimeout(done, 10));
    expect((await begin().finish()).errors).toBeUndefined();
  });
});
