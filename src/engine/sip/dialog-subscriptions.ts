import type { Clock } from '../contracts/clock.js';
import type {
  DialogListener,
  DialogSubscription,
  DialogSubscriptionRequest,
  DialogSubscriptions,
} from '../contracts/dialog-subscriptions.js';
import { SipDialogSubscription } from './dialog-subscription.js';
import type { Lines } from './lines.js';
import { TurnTaking } from './turn-taking.js';

/** SUBSCRIBEs that go out in a second: 500 extensions are known in ten, and refreshes of thousands keep within it. */
const SUBSCRIBES_PER_SECOND = 50;

export interface DialogSubscriptionsOptions {
  readonly clock: Clock;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** Without an answer to a SUBSCRIBE for so long the next server is tried, milliseconds. */
  readonly answerTimeoutMs: number;
  readonly lines: Lines;
}

/** All subscriptions of the process, over whatever trunks are configured. */
export class SipDialogSubscriptions implements DialogSubscriptions {
  private readonly subscriptions = new Set<SipDialogSubscription>();
  private readonly turns: TurnTaking;
  private readonly stopListening: () => void;

  constructor(private readonly options: DialogSubscriptionsOptions) {
    this.turns = new TurnTaking(options.clock, SUBSCRIBES_PER_SECOND);
    this.stopListening = options.lines.onChanged(() => {
      for (const subscription of [...this.subscriptions]) subscription.trunksChanged();
    });
  }

  subscribe({ trunkId, address }: DialogSubscriptionRequest, listener: DialogListener): DialogSubscription {
    const { clock, random, answerTimeoutMs, lines } = this.options;
    const { turns } = this;
    const link = () => lines.link(trunkId);
    const subscription = new SipDialogSubscription({ clock, random, answerTimeoutMs, turns, address, link }, listener);
    this.subscriptions.add(subscription);
    subscription.start();
    return {
      get state() {
        return subscription.state;
      },
      refresh: () => subscription.refresh(),
      end: () => {
        this.subscriptions.delete(subscription);
        return subscription.end();
      },
    };
  }

  /** Unsubscribes everything, within two seconds. */
  async close(): Promise<void> {
    this.stopListening();
    await Promise.all([...this.subscriptions].map((subscription) => subscription.end()));
    this.subscriptions.clear();
    this.turns.stop();
  }
}
