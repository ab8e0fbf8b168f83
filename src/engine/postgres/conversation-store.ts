import type { Pool } from 'pg';
import type { ConversationStore, StoredConversation } from '../contracts/conversation-store.js';

/** Joined calls in PostgreSQL: one row each while the two talk. */
export class PostgresConversationStore implements ConversationStore {
  constructor(private readonly pool: Pool) {}

  async save({ attemptId, queueId, since, customer, pilot }: StoredConversation): Promise<void> {
    await this.pool.query(
      `insert into conversation (attempt_id, queue_id, since, customer, pilot) values ($1, $2, $3, $4, $5)
       on conflict (attempt_id) do update set customer = excluded.customer, pilot = excluded.pilot`,
      [attemptId, queueId, since, JSON.stringify(customer), JSON.stringify(pilot)],
    );
  }

  async delete(attemptId: string): Promise<void> {
    await this.pool.query('delete from conversation where attempt_id = $1', [attemptId]);
  }

  async load(): Promise<readonly StoredConversation[]> {
    const { rows } = await this.pool.query<StoredConversation>(
      `select attempt_id as "attemptId", queue_id as "queueId", since, customer, pilot from conversation order by since`,
    );
    return rows;
  }
}
