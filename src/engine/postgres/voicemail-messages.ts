import type { Pool } from 'pg';
import type { VoicemailMessages } from '../contracts/voicemail-messages.js';

/** Up to a megabyte each. */
const MESSAGES_KEPT = 20;

/** Messages in PostgreSQL. The last ones used stay in memory: a campaign plays the same one again and again. */
export class PostgresVoicemailMessages implements VoicemailMessages {
  /** By id, the one used last at the end. */
  private readonly kept = new Map<string, Int16Array>();

  constructor(private readonly pool: Pool) {}

  async load(messageId: string): Promise<Int16Array | null> {
    const samples = this.kept.get(messageId) ?? (await this.read(messageId));
    if (samples) this.keep(messageId, samples);
    return samples;
  }

  private async read(messageId: string): Promise<Int16Array | null> {
    const { rows } = await this.pool.query<{ samples: Buffer }>('select samples from voicemail_message where id = $1', [
      messageId,
    ]);
    const bytes = rows[0]?.samples;
    // Copied, since the bytes may lie at an odd address.
    return bytes ? Int16Array.from({ length: bytes.length >> 1 }, (_, at) => bytes.readInt16LE(2 * at)) : null;
  }

  private keep(messageId: string, samples: Int16Array): void {
    this.kept.delete(messageId);
    this.kept.set(messageId, samples);
    const [oldest] = this.kept.keys();
    if (this.kept.size > MESSAGES_KEPT && oldest !== undefined) this.kept.delete(oldest);
  }
}
