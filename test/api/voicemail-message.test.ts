import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PostgresVoicemailMessages } from '../../src/engine/postgres/voicemail-messages.js';
import { type CampaignBench, makeCampaignBench } from '../support/campaigns.js';
import type { GraphQLAnswer, GraphQLClient } from '../support/graphql-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { amplitudeAt, chunk, companded, formatChunk, readWav, riffWave, toneWav } from '../support/wav.js';

const MESSAGE = `voicemailMessage { fileName durationSeconds uploadedAt downloadUrl }`;
const UPLOAD = `mutation ($input: UploadCampaignMessageInput!, $file: Upload!) {
  uploadCampaignMessage(input: $input, file: $file) { campaign { id version ${MESSAGE} } }
}`;
const DELETE = `mutation ($input: DeleteCampaignMessageInput!) {
  deleteCampaignMessage(input: $input) { campaign { id ${MESSAGE} } }
}`;
const CAMPAIGN = `query ($id: ID!) { campaign(id: $id) { version ${MESSAGE} } }`;

/** A second of 16 bits. */
const SECOND = chunk('data', Buffer.alloc(16_000, 1));
/** The rest of an extensible format: its length, valid bits, speakers, and the coding as a GUID. */
const PCM_SUBFORMAT = Buffer.from('16001000040000000100000000001000800000aa00389b71', 'hex');

/** What costs a reader the square of the depth that looks into each of them. */
function listsInLists(depth: number): Buffer {
  const lists = Buffer.alloc(12 * depth);
  for (let at = 0; at < lists.length; at += 12) {
    lists.write('LIST', at);
    lists.writeUInt32LE(lists.length - at - 8, at + 4);
    lists.write('adtl', at + 8);
  }
  return lists;
}

/** As written by a program that could not go back to the header. */
function withUnknownLength(wav: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from(wav);
  bytes.writeUInt32LE(0xffffffff, bytes.indexOf('data') + 4);
  return Uint8Array.from(bytes);
}

interface Message {
  readonly fileName: string;
  readonly durationSeconds: number;
  readonly uploadedAt: string;
  readonly downloadUrl: string;
}
interface Campaign {
  readonly version: number;
  readonly voicemailMessage: Message | null;
}

describe('the message of a campaign', () => {
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

  const send = (campaignId: string, content: Uint8Array<ArrayBuffer> | string, client: GraphQLClient = bench.admin) =>
    client.upload<{ uploadCampaignMessage: { campaign: Campaign } }>(
      UPLOAD,
      { input: { campaignId } },
      { content, name: 'message.wav' },
    );

  async function load(campaignId: string, content: Uint8Array<ArrayBuffer>): Promise<Message> {
    const { data, errors } = await send(campaignId, content);
    const message = data?.uploadCampaignMessage.campaign.voicemailMessage;
    if (!message) throw new Error(JSON.stringify(errors));
    return message;
  }

  async function read(id: string): Promise<Campaign> {
    return (await bench.admin.ask<{ campaign: Campaign }>(CAMPAIGN, { id })).campaign;
  }

  const download = (path: string, { token } = bench.admin): Promise<Response> =>
    fetch(`${app.url}${path}`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });

  const code = ({ errors }: GraphQLAnswer<unknown>): string | undefined => errors?.[0]?.extensions.code;

  test('is none at first', async () => {
    const { id } = await bench.create();
    expect((await read(id)).voicemailMessage).toBeNull();
    expect((await download(`/campaigns/${id}/voicemail-message.wav`)).status).toBe(404);
  });

  test.each([
    ['8 kHz, 16 bits', toneWav({ seconds: 2 })],
    ['µ-law', companded(toneWav({ seconds: 2 }), 'mu')],
    ['A-law', companded(toneWav({ seconds: 2 }), 'A')],
    ['16 kHz', toneWav({ seconds: 2, sampleRate: 16_000 })],
    ['44.1 kHz, two channels, 24 bits', toneWav({ seconds: 2, sampleRate: 44_100, channels: 2, bitDepth: '24' })],
    ['48 kHz, two channels', toneWav({ seconds: 2, sampleRate: 48_000, channels: 2 })],
  ])('is kept as 8 kHz linear PCM: %s', async (_format, content) => {
    const { id } = await bench.create();
    const message = await load(id, content);
    expect(message).toMatchObject({ fileName: 'message.wav', durationSeconds: 2 });
    const response = await download(message.downloadUrl);
    expect(response.headers.get('content-type')).toBe('audio/wav');
    const wav = readWav(new Uint8Array(await response.arrayBuffer()));
    expect(wav).toMatchObject({ sampleRate: 8_000, channels: 1, bitDepth: '16' });
    expect(wav.samples).toHaveLength(16_000);
    expect(amplitudeAt(wav.samples, 1_000)).toBeGreaterThan(0.97 * 2 ** 14);
    expect(amplitudeAt(wav.samples, 1_000)).toBeLessThan(1.03 * 2 ** 14);
  });

  test.each([
    ['lists in lists', riffWave(formatChunk(1, 16), SECOND, listsInLists(50_000))],
    [
      'other chunks, of odd lengths',
      riffWave(chunk('odd ', Buffer.alloc(3)), formatChunk(1, 16), chunk('note', Buffer.alloc(1)), SECOND),
    ],
    ['an extensible format', riffWave(formatChunk(0xfffe, 16, PCM_SUBFORMAT), SECOND)],
    ['a length that was not known', withUnknownLength(riffWave(formatChunk(1, 16), SECOND))],
  ])('may come with %s', async (_what, content) => {
    const { id } = await bench.create();
    expect(await load(id, content)).toMatchObject({ durationSeconds: 1 });
  });

  test('has no echo of what a telephone does not pass', async () => {
    const { id } = await bench.create();
    const { downloadUrl } = await load(id, toneWav({ seconds: 1, sampleRate: 16_000, toneHz: 5_000 }));
    const { samples } = readWav(new Uint8Array(await (await download(downloadUrl)).arrayBuffer()));
    // 5 kHz would come back as 3 kHz.
    expect(amplitudeAt(samples, 3_000)).toBeLessThan(0.01 * 2 ** 14);
  });

  test.each([
    ['text', 'name,number\n', 'it is not a WAV file'],
    ['an empty file', '', 'it is not a WAV file'],
    ['no audio', toneWav({ seconds: 0 }), 'it has no audio'],
    ['more than a minute', toneWav({ seconds: 60.5 }), 'it is 60.5 seconds long; 60 are allowed'],
    [
      '8 bits',
      toneWav({ seconds: 1, bitDepth: '8' }),
      '8 bits a sample and the coding 1; allowed is WAV with 16 or 24 bits',
    ],
    ['three channels', toneWav({ seconds: 1, channels: 3 }), 'it has 3 channels'],
    ['96 kHz', toneWav({ seconds: 1, sampleRate: 96_000 }), '96000 samples a second'],
    [
      'an odd rate',
      toneWav({ seconds: 1, sampleRate: 47_999 }),
      '8000, 11025, 16000, 22050, 24000, 32000, 44100 or 48000',
    ],
    ['MS ADPCM that says 16 bits', riffWave(formatChunk(2, 16), SECOND), 'the coding 2'],
    ['floating point that says 16 bits', riffWave(formatChunk(3, 16), SECOND), 'the coding 3'],
    ['MP3 that says 16 bits', riffWave(formatChunk(85, 16), SECOND), 'the coding 85'],
    [
      'extensible without a known coding',
      riffWave(formatChunk(0xfffe, 16, Buffer.alloc(24)), SECOND),
      'the coding 65534',
    ],
    ['a format that is cut', riffWave(chunk('fmt ', Buffer.alloc(15)), SECOND), 'it is not a WAV file'],
    ['a file without a format', riffWave(SECOND), 'it is not a WAV file'],
    [
      'a file of chunks alone',
      riffWave(...new Array<Buffer>(50_000).fill(chunk('junk', Buffer.alloc(0)))),
      'it is not a WAV file',
    ],
    ['more than 20 megabytes', new Uint8Array(21_000_000), 'larger than 20 megabytes'],
  ])('is not %s: the answer names the file and what is allowed', async (_what, content, message) => {
    const { id } = await bench.create();
    const { errors } = await send(id, content);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.extensions.fields).toEqual([
      { path: 'file', message: expect.stringContaining(message) as unknown },
    ]);
    expect((await read(id)).voicemailMessage).toBeNull();
  });

  test('is replaced by the next one, and deleted, each with a new version of the campaign', async () => {
    const { id, version } = await bench.create();
    await load(id, toneWav({ seconds: 1 }));
    expect(await load(id, toneWav({ seconds: 3 }))).toMatchObject({ durationSeconds: 3 });
    const before = await read(id);
    expect(before.version).toBe(version + 2);
    await bench.admin.ask(DELETE, { input: { campaignId: id } });
    expect(await read(id)).toEqual({ version: version + 3, voicemailMessage: null });
    await bench.admin.ask(DELETE, { input: { campaignId: id } });
  });

  test('changes only while the campaign is stopped', async () => {
    const { id } = await bench.create();
    await load(id, toneWav({ seconds: 1 }));
    await bench.pool.query(`update campaign set state = 'STARTED' where id = $1`, [id]);
    expect(code(await send(id, toneWav({ seconds: 2 })))).toBe('CAMPAIGN_NOT_STOPPED');
    expect((await bench.admin.refusal(DELETE, { input: { campaignId: id } })).extensions.code).toBe(
      'CAMPAIGN_NOT_STOPPED',
    );
    await bench.pool.query(`update campaign set state = 'STOPPED' where id = $1`, [id]);
    expect((await read(id)).voicemailMessage).toMatchObject({ durationSeconds: 1 });
  });

  test("is the business of the group's administrators", async () => {
    const { id } = await bench.create();
    const { downloadUrl } = await load(id, toneWav({ seconds: 1 }));
    expect(code(await send(id, toneWav({ seconds: 2 }), bench.stranger))).toBe('NOT_FOUND');
    expect(code(await send(id, toneWav({ seconds: 2 }), bench.supervisor))).toBe('FORBIDDEN');
    expect((await download(downloadUrl, bench.stranger)).status).toBe(404);
    expect((await download(downloadUrl, bench.supervisor)).status).toBe(403);
    expect((await download(downloadUrl, app.anonymous)).status).toBe(401);
  });

  test('is in the audit log, with its campaign and without the file', async () => {
    const { id } = await bench.create();
    await load(id, toneWav({ seconds: 1 }));
    const { rows } = await bench.pool.query<{ action: string; object_type: string; details: object }>(
      `select action, object_type, details from audit_event where object_id = $1 and action = 'uploadCampaignMessage'`,
      [id],
    );
    expect(rows).toEqual([
      { action: 'uploadCampaignMessage', object_type: 'Campaign', details: { input: { campaignId: id } } },
    ]);
  });

  test('is found by the engine, sample for sample, and gone when it is deleted', async () => {
    const { id } = await bench.create();
    const { downloadUrl } = await load(id, toneWav({ seconds: 1 }));
    const { rows } = await bench.pool.query<{ id: string }>('select id from voicemail_message where campaign_id = $1', [
      id,
    ]);
    const messageId = rows[0]?.id ?? '';
    const { samples } = readWav(new Uint8Array(await (await download(downloadUrl)).arrayBuffer()));
    const messages = new PostgresVoicemailMessages(bench.pool);
    expect(await messages.load(messageId)).toEqual(samples);
    await bench.admin.ask(DELETE, { input: { campaignId: id } });
    expect(await new PostgresVoicemailMessages(bench.pool).load(messageId)).toBeNull();
  });
});
