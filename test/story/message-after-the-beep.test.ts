import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeG711 } from '../../src/engine/media/g711.js';
import { seededRandom } from '../../src/lab/seeded-random.js';
import { speak } from '../../src/lab/voice.js';
import { decode } from '../support/detected-call.js';
import type { GraphQLClient } from '../support/graphql-client.js';
import { RtpPhone } from '../support/rtp-phone.js';
import { ScriptedPhone } from '../support/scripted-phone.js';
import { prepareStory, startCampaign, uploadStory } from '../support/story.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { amplitudeAt, readWav, toneWav } from '../support/wav.js';

const MESSAGE = `mutation ($input: UploadCampaignMessageInput!, $file: Upload!) {
  uploadCampaignMessage(input: $input, file: $file) { campaign { id } }
}`;
const LOG = `query ($id: ID!) { campaign(id: $id) { counters { machines answered } callAttempts { nodes {
  state result messageLeft recordingUrl termination { reason } amd { verdict kind features { name } }
} } } }`;
const TONE_HZ = 640;

const BEEP_MS = 1_200;

/** A short greeting and right after it a long beep, which is what gives the machine away. */
function greetingAndBeep(): { readonly beepEndMs: number; /** µ-law */ readonly audio: Uint8Array } {
  const greeting = speak({ syllables: 5, pitchHz: 130, isQuestion: false }, seededRandom('voicemail'));
  const samples = new Int16Array(8_000 * 3);
  samples.set(greeting, 1_600);
  const beepAt = 1_600 + greeting.length + 2_000;
  for (let at = 0; at < 8 * BEEP_MS; at++) samples[beepAt + at] = 8_000 * Math.sin((2 * Math.PI * 1_000 * at) / 8_000);
  const encoded = new Uint8Array(samples.length);
  encodeG711(samples, encoded, 'PCMU');
  return { beepEndMs: beepAt / 8 + BEEP_MS, audio: encoded };
}

interface Log {
  readonly counters: object;
  readonly callAttempts: {
    readonly nodes: readonly { readonly state: string; readonly recordingUrl: string | null }[];
  };
}

describe('a voicemail that is called', () => {
  let app: TestApp;
  let phone: ScriptedPhone;
  let audio: RtpPhone;

  beforeAll(async () => {
    app = await startTestApp({ AMD_RECORDING_SECONDS: '2' });
    phone = await ScriptedPhone.open();
    audio = await RtpPhone.open();
  });

  afterAll(async () => {
    await app.close();
    audio.close();
    await phone.close();
  });

  async function ended(client: GraphQLClient, id: string): Promise<Log> {
    for (;;) {
      const { campaign } = await client.ask<{ campaign: Log }>(LOG, { id });
      if (campaign.callAttempts.nodes.some(({ recordingUrl }) => recordingUrl !== null)) return campaign;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  test('hears the message of the campaign after its greeting, and then the call is ended', async () => {
    const options = { sipPort: phone.port, channels: 1, holdSeconds: 1, amd: 'HIGH' } as const;
    const { administrator, campaignId } = await prepareStory(app, options);
    const admin = await app.login(administrator.username, administrator.password);
    const message = toneWav({ seconds: 1.5, sampleRate: 16_000, toneHz: TONE_HZ });
    await admin.upload(MESSAGE, { input: { campaignId } }, { content: message, name: 'message.wav' });
    await uploadStory(admin, campaignId, 'name,number\nAna,+5541900000000\n');
    await startCampaign(admin, campaignId);

    const invite = await phone.next('INVITE');
    phone.reply(invite, 200, { sdp: phone.sdp(audio.port, '0') });
    await phone.next('ACK');
    const machine = greetingAndBeep();
    audio.play(Number(/m=audio (\d+)/.exec(invite.body)?.[1]), machine.audio);
    await phone.next('BYE');

    const spoken = audio.heard.filter(({ payload }) => payload.some((code) => code !== 0xff));
    // By the dialer's own timestamps, which begin at the answer, as the machine's audio does but for the ACK's way.
    const startMs = (((spoken[0]?.timestamp ?? 0) - (audio.heard[0]?.timestamp ?? 0)) >>> 0) / 8;
    expect(startMs - machine.beepEndMs).toBeGreaterThan(0);
    expect(startMs - machine.beepEndMs).toBeLessThan(1_000);
    const samples = Int16Array.from(spoken.flatMap(({ payload }) => [...decode(payload, 0)]));
    expect(Math.abs(samples.length / 8_000 - 1.5)).toBeLessThanOrEqual(0.04);
    expect(amplitudeAt(samples, TONE_HZ)).toBeGreaterThan(0.9 * 2 ** 14);

    const { counters, callAttempts } = await ended(admin, campaignId);
    expect(counters).toEqual({ machines: 1, answered: 1 });
    const [attempt] = callAttempts.nodes;
    expect(attempt).toMatchObject({
      ...{ state: 'ENDED', result: 'AMD', messageLeft: true, termination: { reason: 'machine' } },
      amd: { verdict: 'MACHINE', kind: 'MACHINE', features: expect.arrayContaining([expect.anything()]) as unknown },
    });

    // The first seconds, for those who tune detection.
    const url = `${app.url}${attempt?.recordingUrl ?? ''}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${admin.token ?? ''}` } });
    const recording = readWav(new Uint8Array(await response.arrayBuffer()));
    expect(recording.bitDepth).toBe('8m');
    expect(recording.samples).toHaveLength(16_000);
  }, 60_000);
});
