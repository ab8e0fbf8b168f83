import type { SavedDialog } from './telephony.js';

/**
 * Keeps the conversations, so that a restarted dialer can pass on what one side does to the other; or end both calls, where
 * the media passed the dialer that is gone.
 */
export interface ConversationStore {
  /** Replaces what was kept for the same attempt. Rejects if it cannot be written. */
  save(conversation: StoredConversation): Promise<void>;
  /** Idempotent. */
  delete(attemptId: string): Promise<void>;
  load(): Promise<readonly StoredConversation[]>;
}

export interface StoredConversation extends SavedConversation {
  readonly attemptId: string;
  readonly queueId: string;
  readonly since: Date;
}

/** Two dialogs whose media has been joined end to end, or could not be. */
export interface SavedConversation {
  readonly customer: SavedLeg;
  readonly pilot: SavedLeg;
}

export interface SavedLeg {
  readonly dialog: SavedDialog;
  /** SDP that the peer was told last, and that it told. */
  readonly localSdp: string;
  readonly remoteSdp: string;
  /** The session timer (RFC 4028); null: none. */
  readonly sessionTimer: { readonly intervalSeconds: number; readonly weRefresh: boolean } | null;
}
