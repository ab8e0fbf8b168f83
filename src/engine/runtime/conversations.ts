import type { Clock, Timer } from '../contracts/clock.js';
import type { ConversationStore, StoredConversation } from '../contracts/conversation-store.js';
import type { Log } from '../contracts/log.js';
import type { Conversation, SavedDialog, Telephony } from '../contracts/telephony.js';
import { callsTaken } from './line-use.js';
import type { OpenAttempts } from './open-attempts.js';
import type { QueueWatch } from './queue-watch.js';

/** How long a drain waits for conversations whose media passes the dialer: 60 s. */
const RELAYED_PATIENCE_MS = 60_000;
/** When a conversation that could not be kept is tried to be kept again: 5 s. */
const KEEP_AGAIN_MS = 5_000;

export interface ConversationsParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: ConversationStore;
  readonly telephony: Telephony;
  readonly attempts: OpenAttempts;
  readonly queues: QueueWatch;
  readonly requestTick: () => void;
}

/**
 * What goes on after a transfer by REINVITE: attempts that have ended well, and whose line and channel are taken until the
 * two have done talking (docs/decisions/0017).
 */
export class Conversations {
  private readonly open = new Map<string, Conversation>();
  /** Of those that are not kept yet. */
  private readonly keepTimers = new Map<string, Timer>();
  private stopped = false;

  constructor(private readonly parts: ConversationsParts) {}

  /** Resolves when it is kept, or cannot be for now: until it is, it would not go on through a kill of the process. */
  async begin(attemptId: string, queueId: string, conversation: Conversation, lineId: string): Promise<void> {
    this.hold(attemptId, queueId, conversation, lineId);
    const since = this.parts.clock.now();
    try {
      await this.keep(attemptId, queueId, since);
    } catch (error) {
      this.parts.log.warn({ err: error, attemptId }, 'conversation not kept yet: a restart would not find it');
      this.keepLater(attemptId, queueId, since);
    }
  }

  /**
   * Goes on with those of an earlier run, as far as their dialogs can be rebuilt; the calls of the others are to be ended by
   * `endCall`. Resolves to the attempts of all that are open. Rejects when the database does not answer.
   */
  async resume(endCall: (dialog: SavedDialog) => void): Promise<ReadonlySet<string>> {
    const { log, store } = this.parts;
    for (const stored of await store.load()) {
      if (this.open.has(stored.attemptId)) continue;
      const conversation = await this.rebuild(stored);
      if (conversation) {
        this.goOn(stored, conversation);
        continue;
      }
      log.warn({ attemptId: stored.attemptId }, 'conversation of an earlier run cannot be rebuilt: ended');
      endCall(stored.customer.dialog);
      endCall(stored.pilot.dialog);
      await store.delete(stored.attemptId);
    }
    return this.attemptIds();
  }

  /** Attempts whose two talk to each other. */
  attemptIds(): ReadonlySet<string> {
    return new Set(this.open.keys());
  }

  /** Resolves when none is left whose media passes the dialer; they get some time. */
  async drain(): Promise<void> {
    const relayed = this.relayed();
    if (relayed.length === 0) return;
    const timer = this.parts.clock.setTimer(RELAYED_PATIENCE_MS, () => this.endRelayed());
    await Promise.all(relayed.map(({ ended }) => ended));
    timer.cancel();
  }

  endRelayed(): void {
    for (const conversation of this.relayed()) void conversation.end();
  }

  /** From now on an end means the end of the telephony: what is kept stays for the next start. */
  stop(): void {
    this.stopped = true;
    for (const timer of this.keepTimers.values()) timer.cancel();
    this.keepTimers.clear();
  }

  /** Those whose media passes the dialer as well: they do not outlive it, and the next start hangs up both sides. */
  private async keep(attemptId: string, queueId: string, since: Date): Promise<void> {
    const conversation = this.open.get(attemptId);
    if (!conversation) return;
    await this.parts.store.save({ ...conversation.save(), attemptId, queueId, since });
    if (!this.open.has(attemptId) && !this.stopped) await this.parts.store.delete(attemptId);
  }

  private keepLater(attemptId: string, queueId: string, since: Date): void {
    if (this.stopped || !this.open.has(attemptId)) return;
    const again = (): void => {
      this.keepTimers.delete(attemptId);
      this.keep(attemptId, queueId, since).catch(() => this.keepLater(attemptId, queueId, since));
    };
    this.keepTimers.set(attemptId, this.parts.clock.setTimer(KEEP_AGAIN_MS, again));
  }

  /** Null, too, where what was kept is of no use: it must not keep the engine from dialing. */
  private async rebuild(stored: StoredConversation): Promise<Conversation | null> {
    const { log, telephony } = this.parts;
    try {
      return await telephony.resumeConversation(stored);
    } catch (error) {
      log.error({ err: error, attemptId: stored.attemptId }, 'conversation of an earlier run not rebuilt');
      return null;
    }
  }

  private goOn(stored: StoredConversation, conversation: Conversation): void {
    const { attemptId, queueId, customer } = stored;
    this.hold(attemptId, queueId, conversation, customer.dialog.lineId);
    this.parts.queues.conversationResumed(queueId, attemptId);
    this.parts.log.info({ attemptId }, 'conversation of an earlier run goes on');
  }

  private hold(attemptId: string, queueId: string, conversation: Conversation, lineId: string): void {
    this.open.set(attemptId, conversation);
    const line = this.parts.telephony.line(lineId);
    this.parts.attempts.holdLine(attemptId, lineId, line ? callsTaken(line, 'REINVITE') : 1);
    void conversation.ended.then(() => this.over(attemptId, queueId));
  }

  private over(attemptId: string, queueId: string): void {
    const { attempts, log, queues, requestTick, store } = this.parts;
    this.open.delete(attemptId);
    this.keepTimers.get(attemptId)?.cancel();
    this.keepTimers.delete(attemptId);
    attempts.releaseLine(attemptId);
    if (this.stopped) return;
    queues.conversationEnded(queueId, attemptId);
    requestTick();
    // One that stays by a fault is found to be over at the next start.
    store.delete(attemptId).catch((error: unknown) => log.warn({ err: error, attemptId }, 'conversation not deleted'));
  }

  private relayed(): Conversation[] {
    return [...this.open.values()].filter(({ isRelayed }) => isRelayed);
  }
}
