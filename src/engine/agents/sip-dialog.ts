import type { AgentInfo, AgentSource, AgentSourceHealth, QueueSnapshot } from '../contracts/agent-source.js';
import type { Clock } from '../contracts/clock.js';
import type { DialogSubscriptionFault, DialogSubscriptions } from '../contracts/dialog-subscriptions.js';
import { AgentSourceFault, AgentSourceKind, AgentSourceStatus } from '../domain/agent-state.js';
import { countAgents } from './agent-counts.js';
import { Announcer } from './announcer.js';
import { CallSightings } from './call-sightings.js';
import { WatchedAddress } from './watched-address.js';

export interface SipDialogSettings {
  readonly trunkId: string;
  /** SIP URIs of the extensions or channels, 1 or more. */
  readonly addresses: readonly string[];
  /** Seconds that one must be idle after a call before it counts as free, 0 or more. */
  readonly minIdleSeconds: number;
}

const FAULTS: Readonly<Record<DialogSubscriptionFault, AgentSourceFault>> = {
  UNREACHABLE: 'NETWORK',
  CREDENTIALS: 'AUTH',
  FORBIDDEN: 'PERMISSION',
  NO_SUCH_ADDRESS: 'UNKNOWN_POOL',
  NOT_SUPPORTED: 'VERSION',
  REFUSED: 'PROTOCOL',
};

/**
 * The queue kind `sip-dialog`: extensions or channels whose dialog state a PBX reports. Each is an agent of its own. It knows
 * nothing of log-in and pauses; an address without a call for the time that it must be idle is free.
 *
 * `SYNCED` while the state of all addresses is known, `DEGRADED` while that of some is: the others are unknown.
 */
export class SipDialogSource implements AgentSource {
  readonly kind = AgentSourceKind.SIP_DIALOG;
  private readonly announcer: Announcer;
  private readonly calls = new CallSightings();
  private readonly watched: readonly WatchedAddress[];
  private condition: AgentSourceHealth;

  constructor(
    settings: SipDialogSettings,
    subscriptions: DialogSubscriptions,
    private readonly clock: Clock,
  ) {
    this.announcer = new Announcer(clock);
    this.condition = { status: 'CONNECTING', since: clock.now() };
    const { trunkId, addresses, minIdleSeconds } = settings;
    this.watched = [...new Set(addresses)].map(
      (address) =>
        new WatchedAddress({
          ...{ trunkId, address, minIdleMs: minIdleSeconds * 1_000, clock, subscriptions, calls: this.calls },
          changed: () => this.changed(),
        }),
    );
  }

  start(): void {
    for (const address of this.watched) address.start();
  }

  async stop(): Promise<void> {
    this.announcer.stop();
    await Promise.all(this.watched.map((address) => address.stop()));
  }

  snapshot(): QueueSnapshot {
    return {
      at: this.clock.now(),
      ...countAgents(this.agents()),
      exact: false,
      callsSeen: this.calls.callsSeen,
      lastCalls: this.calls.lastCalls(),
    };
  }

  health(): AgentSourceHealth {
    return this.condition;
  }

  agents(): readonly AgentInfo[] {
    return this.watched.map(({ agent }) => agent);
  }

  onChanged(changed: () => void): () => void {
    return this.announcer.onChanged(changed);
  }

  private changed(): void {
    const now = this.clock.now();
    const { status, message, since, lastSyncAt } = this.condition;
    const next = this.conditionNow();
    const syncedAt = next.status === 'SYNCED' && status !== 'SYNCED' ? now : lastSyncAt;
    this.condition = {
      ...next,
      since: next.status === status && next.message === message ? since : now,
      ...(syncedAt && { lastSyncAt: syncedAt }),
      lastEventAt: now,
    };
    this.announcer.changed();
  }

  private conditionNow(): Omit<AgentSourceHealth, 'since'> {
    const unknown = this.watched.filter(({ agent }) => agent.state === 'UNKNOWN');
    if (unknown.length === 0) return { status: 'SYNCED' };
    const states = unknown.map(({ subscriptionState }) => subscriptionState);
    const failed = states.filter(({ fault }) => fault !== undefined);
    const { fault, message = 'their state has not been told yet' } = failed[0] ?? {};
    const tries = states.flatMap(({ nextTryAt }) => nextTryAt ?? []).sort((a, b) => a.getTime() - b.getTime());
    return {
      status: this.statusWith(unknown.length, failed.length),
      ...(fault && { fault: FAULTS[fault] }),
      message: `${unknown.length} of ${this.watched.length} addresses are unknown: ${message}`,
      ...(tries[0] && { nextTryAt: tries[0] }),
    };
  }

  private statusWith(unknown: number, failed: number): AgentSourceStatus {
    if (unknown < this.watched.length) return 'DEGRADED';
    if (failed > 0) return 'DOWN';
    return this.condition.lastSyncAt ? 'STALE' : 'CONNECTING';
  }
}
