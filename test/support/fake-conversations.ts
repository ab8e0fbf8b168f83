import type { ConversationStore, StoredConversation } from '../../src/engine/contracts/conversation-store.js';

/** What is kept of conversations, in memory. */
export class FakeConversations implements ConversationStore {
  readonly rows = new Map<string, StoredConversation>();
  isAway = false;

  save(conversation: StoredConversation): Promise<void> {
    if (this.isAway) return Promise.reject(new Error('The database is away'));
    this.rows.set(conversation.attemptId, conversation);
    return Promise.resolve();
  }

  delete(attemptId: string): Promise<void> {
    this.rows.delete(attemptId);
    return Promise.resolve();
  }

  load(): Promise<readonly StoredConversation[]> {
    return Promise.resolve([...this.rows.values()]);
  }
}
