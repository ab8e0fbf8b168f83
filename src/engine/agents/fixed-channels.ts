import type { AgentSource, AgentSourceHealth, QueueSnapshot } from '../contracts/agent-source.js';
import type { Clock, Timer } from '../contracts/clock.js';
import { AgentSourceKind } from '../domain/agent-state.js';

export interface FixedChannelsSettings {
  /** Channels of the voice portal that are the dialer's, 1 or more. */
  readonly channels: number;
  /**
   * Milliseconds that a handed-over call keeps its channel. Nobody reports the end of a call that was transferred by REFER,
   * so this is to be set to what nearly all of them take, time to hang up included.
   */
  readonly holdMs: number;
}

/** A call that occupies a channel. */
export interface HeldCall {
  readonly attemptId: string;
  /** When it was handed over, by the monotonic clock. */
  readonly sinceMs: number;
  /** The dialer will tell when it is over, so that the hold time does not matter. */
  readonly endWillBeTold: boolean;
}

/**
 * The queue kind `fixed`: N channels of a voice portal that reports nothing. Busy are the channels of the calls that the
 * dialer itself has handed over, each until its end, or for the hold time where that is not known. Always healthy, and never exact.
 */
export class FixedChannels implements AgentSource {
  readonly kind = AgentSourceKind.FIXED;
  private readonly calls = new Map<string, HeldCall & { readonly timer: Timer | undefined }>();
  private readonly listeners = new Set<() => void>();
  private callsSeen = 0;
  private readonly since: Date;

  constructor(
    private readonly settings: FixedChannelsSettings,
    private readonly clock: Clock,
    /** Calls that the source before this one still held: an edit of the queue does not end them. */
    held: readonly HeldCall[] = [],
  ) {
    this.since = clock.now();
    for (const call of held) this.hold(call);
  }

  held(): readonly HeldCall[] {
    return [...this.calls.values()];
  }

  snapshot(): QueueSnapshot {
    const busy = this.calls.size;
    const { channels } = this.settings;
    return {
      at: this.clock.now(),
      loggedIn: channels,
      free: Math.max(0, channels - busy),
      reserved: 0,
      ringing: 0,
      busy,
      wrapUp: 0,
      unavailable: 0,
      unknown: 0,
      capacity: channels,
      exact: false,
      callsSeen: this.callsSeen,
    };
  }

  health(): AgentSourceHealth {
    return { status: 'SYNCED', since: this.since, lastSyncAt: this.since };
  }

  onChanged(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  /** Occupies a channel at once. */
  callHandedOver(attemptId: string, endWillBeTold: boolean, agoMs = 0): void {
    if (this.calls.has(attemptId)) return;
    this.callsSeen++;
    this.hold({ attemptId, sinceMs: this.clock.monotonicMs() - agoMs, endWillBeTold });
    this.tell();
  }

  callEnded(attemptId: string): void {
    this.calls.get(attemptId)?.timer?.cancel();
    if (this.calls.delete(attemptId)) this.tell();
  }

  start(): void {
    this.tell();
  }

  stop(): Promise<void> {
    for (const { timer } of this.calls.values()) timer?.cancel();
    this.calls.clear();
    return Promise.resolve();
  }

  private hold(call: HeldCall): void {
    const leftMs = call.sinceMs + this.settings.holdMs - this.clock.monotonicMs();
    const timer = call.endWillBeTold ? undefined : this.clock.setTimer(leftMs, () => this.callEnded(call.attemptId));
    this.calls.set(call.attemptId, { ...call, timer });
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
