import { parseDialogInfo } from '../../src/engine/agents/dialog-info.js';
import type {
  DialogDocument,
  DialogSubscription,
  DialogSubscriptions,
  DialogSubscriptionState,
} from '../../src/engine/contracts/dialog-subscriptions.js';

/** What a listener of one subscription hears, and the wait for it. */
export class DialogWatch {
  readonly documents: DialogDocument[] = [];
  readonly gone: string[] = [];
  readonly subscription: DialogSubscription;
  private readonly waiting = new Set<() => void>();

  constructor(dialogs: DialogSubscriptions, address: string, trunkId = 'trunk-1') {
    const heard = (): void => {
      for (const look of this.waiting) look();
    };
    this.subscription = dialogs.subscribe(
      { trunkId, address },
      {
        stateChanged: heard,
        notified: (document) => {
          this.documents.push(document);
          heard();
        },
        notifierGone: (notifier) => {
          this.gone.push(notifier);
          heard();
        },
      },
    );
  }

  get state(): DialogSubscriptionState {
    return this.subscription.state;
  }

  /** States of the dialogs of the last document. */
  get told(): string[] | undefined {
    const last = this.documents.at(-1);
    return last && parseDialogInfo(last.text)?.dialogs.map(({ state }) => state);
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }

  becomes(status: DialogSubscriptionState['status']): Promise<void> {
    return this.until(() => this.state.status === status);
  }
}
