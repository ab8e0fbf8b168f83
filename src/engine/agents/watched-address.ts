import type { AgentInfo } from '../contracts/agent-source.js';
import type { Clock, Timer } from '../contracts/clock.js';
import type {
  DialogSubscription,
  DialogSubscriptionState,
  DialogSubscriptions,
} from '../contracts/dialog-subscriptions.js';
import type { AgentState } from '../domain/agent-state.js';
import type { CallSightings } from './call-sightings.js';
import { type DialogPart, parseDialogInfo } from './dialog-info.js';
import { DialogTable } from './dialog-table.js';

export interface WatchedAddressOptions {
  readonly trunkId: string;
  readonly address: string;
  /** Milliseconds that it must be idle after a call, 0 or more. */
  readonly minIdleMs: number;
  readonly clock: Clock;
  readonly subscriptions: DialogSubscriptions;
  readonly calls: CallSightings;
  readonly changed: () => void;
}

/** One extension or channel as an agent. Its state is unknown, so that it is not free, whenever its subscription is not in order. */
export class WatchedAddress {
  private subscription: DialogSubscription | undefined;
  private readonly tables = new Map<string, DialogTable>();
  private current: AgentInfo;
  /** It was in a call, or may have been, and has not been seen idle since. */
  private owesRest = false;
  /** When the rest after the last call is over, by the monotonic clock. */
  private restedAtMs = 0;
  private restTimer: Timer | undefined;

  constructor(private readonly options: WatchedAddressOptions) {
    this.current = { ...this.names, state: 'UNKNOWN', since: options.clock.now() };
  }

  start(): void {
    const { subscriptions, trunkId, address } = this.options;
    this.subscription = subscriptions.subscribe(
      { trunkId, address },
      {
        stateChanged: () => this.look(),
        notified: ({ notifier, text }) => {
          const table = this.tables.get(notifier) ?? new DialogTable();
          this.tables.set(notifier, table);
          table.take(parseDialogInfo(text));
          // A notifier without a document has nothing else to say when it is asked again.
          if (!table.isComplete && text !== '') this.subscription?.refresh();
          this.look();
        },
        notifierGone: (notifier) => {
          this.tables.delete(notifier);
          this.look();
        },
      },
    );
    this.look();
  }

  async stop(): Promise<void> {
    this.restTimer?.cancel();
    await this.subscription?.end();
  }

  get agent(): AgentInfo {
    return this.current;
  }

  get subscriptionState(): DialogSubscriptionState {
    return this.subscription?.state ?? { status: 'PENDING' };
  }

  private get names(): Pick<AgentInfo, 'agentId' | 'extension'> {
    const { address } = this.options;
    const extension = /^sips?:([^@;]+)@/i.exec(address)?.[1];
    return { agentId: address, ...(extension !== undefined && { extension }) };
  }

  private look(): void {
    const before = this.current;
    const { clock, minIdleMs, calls } = this.options;
    const dialogs = this.dialogs();
    const busy = dialogs && busyState(dialogs);
    if (busy === 'TALKING' || busy === 'HELD') this.owesRest = true;
    // What became of a call that rang is not known.
    else if (!dialogs && before.state === 'RINGING') this.owesRest = true;
    else if (dialogs && !busy && this.owesRest) {
      this.owesRest = false;
      this.restedAtMs = clock.monotonicMs() + minIdleMs;
    }
    const restMs = this.restedAtMs - clock.monotonicMs();
    this.show(!dialogs ? 'UNKNOWN' : (busy ?? (restMs > 0 ? 'WRAPUP' : 'AVAILABLE')), restMs);
    // The PBX knows nothing of the rest, and may give a call that was handed over to whoever rests.
    if ((before.state === 'AVAILABLE' || before.state === 'WRAPUP') && dialogs) noteCall(dialogs, calls);
    this.options.changed();
  }

  private show(state: AgentState, restMs: number): void {
    const now = this.options.clock.now();
    const { state: before, since } = this.current;
    const reason = state === 'UNKNOWN' ? this.subscriptionState.message : undefined;
    this.restTimer?.cancel();
    if (state === 'WRAPUP') this.restTimer = this.options.clock.setTimer(restMs, () => this.look());
    this.current = {
      ...this.names,
      state,
      ...(reason !== undefined && { reason }),
      since: state === before ? since : now,
      ...(state === 'WRAPUP' && { readyAt: new Date(now.getTime() + restMs) }),
    };
  }

  /** Of all telephones of the address; undefined: not all is known. */
  private dialogs(): readonly DialogPart[] | undefined {
    if (this.subscriptionState.status !== 'ACTIVE' || this.tables.size === 0) return undefined;
    const tables = [...this.tables.values()];
    return tables.every(({ isComplete }) => isComplete) ? tables.flatMap((table) => table.open()) : undefined;
  }
}

/** Undefined: nobody is in a call. Who dials is as busy as who talks. */
function busyState(dialogs: readonly DialogPart[]): 'RINGING' | 'TALKING' | 'HELD' | undefined {
  if (dialogs.length === 0) return undefined;
  const inCall = dialogs.filter(({ state, direction }) => state === 'confirmed' || direction === 'initiator');
  if (inCall.length === 0) return 'RINGING';
  return inCall.every(({ isHeld }) => isHeld) ? 'HELD' : 'TALKING';
}

/** A call that the address itself has made is none that the dialer has handed over. */
function noteCall(dialogs: readonly DialogPart[], calls: CallSightings): void {
  const taken = dialogs.find(({ direction }) => direction !== 'initiator');
  if (!taken) return;
  const { remoteNumber } = taken;
  calls.add(remoteNumber === undefined ? {} : { callerNumber: remoteNumber });
}
