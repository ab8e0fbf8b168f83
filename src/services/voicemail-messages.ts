import type { Readable } from 'node:stream';
import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../auth/viewer.js';
import type { Campaign } from '../entities/campaign.js';
import { VoicemailMessage } from '../entities/voicemail-message.js';
import { type AppError, badUserInput, notFound } from '../errors.js';
import { findCampaign, lockStoppedCampaign, requireStopped, touchCampaign } from './campaign-access.js';
import { asRejection } from './lead-import/stage-leads.js';
import type { UploadedFile } from './lead-import.js';
import type { LiveChanges } from './live-changes.js';
import { telephoneAudio } from './voicemail-message/telephone-audio.js';
import { NotUsableAudio, readWav, wavOf } from './voicemail-message/wav-file.js';

const MAX_SECONDS = 60;
/** A minute of two channels with 24 bits and 48 kHz, and some room for what else a WAV file may hold. */
const MAX_MEGABYTES = 20;

export function voicemailMessagePath(campaignId: string): string {
  return `/campaigns/${campaignId}/voicemail-message.wav`;
}

/** The messages that campaigns leave on answering machines. */
export class VoicemailMessages {
  constructor(private readonly live: LiveChanges) {}

  /** Takes the place of the message before. */
  async upload(em: EntityManager, viewer: Viewer, campaignId: string, file: UploadedFile): Promise<Campaign> {
    requireStopped(await findCampaign(em, viewer, campaignId));
    const samples = await readMessage(file.open());
    const seconds = samples.length / 16_000;
    const fileName = file.name.replaceAll('\u0000', '').slice(0, 255);
    return this.change(em, viewer, campaignId, async (tx, id) => {
      await tx.execute('delete from voicemail_message where campaign_id = ?', [id]);
      await tx.execute(
        `insert into voicemail_message (id, campaign_id, file_name, samples, duration_seconds, uploaded_at)
         values (?, ?, ?, ?, ?, now())`,
        [uuidv7(), id, fileName, samples, seconds],
      );
    });
  }

  /** Does nothing if the campaign has none. */
  delete(em: EntityManager, viewer: Viewer, campaignId: string): Promise<Campaign> {
    return this.change(em, viewer, campaignId, async (tx, id) => {
      await tx.execute('delete from voicemail_message where campaign_id = ?', [id]);
    });
  }

  /** By campaign id. */
  async read(em: EntityManager, campaignIds: readonly string[]): Promise<ReadonlyMap<string, VoicemailMessage>> {
    const messages = await em.find(VoicemailMessage, { campaignId: { $in: [...campaignIds] } });
    return new Map(messages.map((message) => [message.campaignId, message]));
  }

  /** The message as it is played, as a WAV file. */
  async wav(em: EntityManager, viewer: Viewer, campaignId: string): Promise<Buffer> {
    const { id } = await findCampaign(em, viewer, campaignId);
    const rows = await em.execute<{ samples: Buffer }[]>(
      'select samples from voicemail_message where campaign_id = ?',
      [id],
    );
    if (!rows[0]) throw notFound('voicemail message of a campaign', campaignId);
    return wavOf(rows[0].samples, 'PCM');
  }

  private async change(
    em: EntityManager,
    viewer: Viewer,
    campaignId: string,
    apply: (tx: EntityManager, id: string) => Promise<void>,
  ): Promise<Campaign> {
    const campaign = await em.transactional(async (tx) => {
      const locked = await lockStoppedCampaign(tx, viewer, campaignId);
      await apply(tx, locked.id);
      await touchCampaign(tx, locked);
      return locked;
    });
    this.live.campaignChanged(campaign.id);
    return campaign;
  }
}

async function readMessage(file: Readable): Promise<Buffer> {
  const bytes = await readWhole(file);
  try {
    return await telephoneAudio(await readWav(bytes, MAX_SECONDS));
  } catch (error) {
    throw error instanceof NotUsableAudio ? refused(error.message) : error;
  }
}

async function readWhole(file: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of file as AsyncIterable<Buffer>) {
      length += piece.length;
      if (length > MAX_MEGABYTES * 1_000_000) throw refused(`it is larger than ${MAX_MEGABYTES} megabytes`);
      pieces.push(piece);
    }
  } catch (error) {
    throw asRejection(error);
  }
  return Buffer.concat(pieces);
}

function refused(message: string): AppError {
  return badUserInput([{ path: 'file', message: `The file is not acceptable: ${message}` }]);
}
