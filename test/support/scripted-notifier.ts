import type {
  DialogListener,
  DialogSubscription,
  DialogSubscriptionRequest,
  DialogSubscriptions,
  DialogSubscriptionState,
} from '../../src/engine/contracts/dialog-subscriptions.js';
import type { FakeClock } from './fake-clock.js';
import { dialogDocument, type DocumentOptions, type ToldDialog } from './dialog-documents.js';

interface Watcher {
  readonly request: DialogSubscriptionRequest;
  readonly listener: DialogListener;
  state: DialogSubscriptionState;
  version: number;
}

/** A PBX behind the contract of subscriptions: it tells the calls of its extensions, dies, and comes back, as a test says. */
export class ScriptedNotifier implements DialogSubscriptions {
  /** Calls by address; an address that is not in it does not exist. */
  readonly calls = new Map<string, readonly ToldDialog[]>();
  /** Full states that were asked for, by address. */
  readonly refreshed: string[] = [];
  /** Called once, in the middle of the full states after the next coming back. */
  duringNextSnapshot: (() => void) | undefined;
  private readonly watchers = new Set<Watcher>();
  private isDead = false;

  constructor(
    private readonly clock: FakeClock,
    addresses: readonly string[],
  ) {
    for (const address of addresses) this.calls.set(address, []);
  }

  get subscriptions(): number {
    return this.watchers.size;
  }

  subscribe(request: DialogSubscriptionRequest, listener: DialogListener): DialogSubscription {
    const watcher: Watcher = { request, listener, state: { status: 'PENDING' }, version: 0 };
    this.watchers.add(watcher);
    this.clock.setTimer(0, () => this.accept(watcher));
    return {
      get state() {
        return watcher.state;
      },
      refresh: () => {
        this.refreshed.push(request.address);
      },
      end: () => {
        this.watchers.delete(watcher);
        return Promise.resolve();
      },
    };
  }

  /** From now on, and a document says so. */
  tell(address: string, dialogs: readonly ToldDialog[], options: DocumentOptions = {}): void {
    this.calls.set(address, dialogs);
    for (const watcher of this.watchers) {
      if (watcher.request.address === address && watcher.state.status === 'ACTIVE') this.send(watcher, options);
    }
  }

  /** What the PBX would never write. */
  tellText(address: string, text: string, notifier = 'pbx'): void {
    for (const { request, listener } of this.watchers) {
      if (request.address === address) listener.notified({ notifier, text });
    }
  }

  notifierGone(address: string, notifier: string): void {
    for (const { request, listener } of this.watchers) if (request.address === address) listener.notifierGone(notifier);
  }

  enter(address: string, state: DialogSubscriptionState): void {
    for (const watcher of this.watchers) if (watcher.request.address === address) this.move(watcher, state);
  }

  die(): void {
    this.isDead = true;
    for (const watcher of this.watchers) {
      watcher.listener.notifierGone('pbx');
      this.move(watcher, { status: 'TERMINATED', fault: 'UNREACHABLE', message: 'The PBX does not answer SUBSCRIBE' });
    }
  }

  comeBack(): void {
    this.isDead = false;
    for (const watcher of this.watchers) {
      watcher.version = 0;
      this.accept(watcher);
      this.duringNextSnapshot?.();
      this.duringNextSnapshot = undefined;
    }
  }

  private accept(watcher: Watcher): void {
    if (!this.watchers.has(watcher) || this.isDead) return;
    if (!this.calls.has(watcher.request.address)) {
      const message = 'The PBX refuses the subscription: 404 Not Found';
      this.move(watcher, { status: 'TERMINATED', fault: 'NO_SUCH_ADDRESS', message });
      return;
    }
    this.move(watcher, { status: 'ACTIVE' });
    this.send(watcher, {});
  }

  private move(watcher: Watcher, state: DialogSubscriptionState): void {
    watcher.state = state;
    watcher.listener.stateChanged();
  }

  private send(watcher: Watcher, options: DocumentOptions): void {
    const dialogs = this.calls.get(watcher.request.address) ?? [];
    const text = dialogDocument(dialogs, { version: watcher.version, ...options });
    watcher.version = (options.version ?? watcher.version) + 1;
    watcher.listener.notified({ notifier: 'pbx', text });
  }
}
