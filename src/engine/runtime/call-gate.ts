import type { Clock, Timer } from '../contracts/clock.js';
import type { Line } from '../contracts/telephony.js';
import { CallRate } from '../domain/call-rate.js';
import { RollingCount } from '../domain/rolling-count.js';

interface Waiting {
  readonly line: Line;
  readonly go: (admitted: boolean) => void;
  readonly isSecond: boolean;
}

/**
 * The last step before an INVITE leaves: holds it until the calls per second of the installation and of its trunk allow
 * it. Calls are allotted with the caps in mind; this makes them hold when several that were held up elsewhere (by a
 * slow do-not-call service, by a commit) become ready in the same moment.
 */
export class CallGate {
  private readonly installation: CallRate;
  private readonly trunks = new Map<string, CallRate>();
  private readonly lastMinute = new RollingCount();
  private waiting: Waiting[] = [];
  private timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    maxCallsPerSecond: number,
  ) {
    this.installation = new CallRate(maxCallsPerSecond);
  }

  /** Calls that may go out over the line's trunk now. */
  available(line: Line): number {
    return Math.min(this.installationAvailable(), this.trunkAvailable(line));
  }

  installationAvailable(): number {
    return this.installation.available(this.clock.monotonicMs());
  }

  trunkAvailable(line: Line): number {
    return this.trunkRate(line)?.available(this.clock.monotonicMs()) ?? Infinity;
  }

  /** Milliseconds until one more call may go out over one of the lines. */
  delayMs(lines: readonly Line[]): number {
    const nowMs = this.clock.monotonicMs();
    const trunks = lines.map((line) => this.trunkRate(line)?.delayMs(nowMs) ?? 0);
    return Math.max(this.installation.delayMs(nowMs), trunks.length > 0 ? Math.min(...trunks) : 0);
  }

  /**
   * Calls `go` when the call may leave: at once where the caps allow it, else later, in order. The returned function
   * gives up waiting, which calls `go` with false.
   */
  admit(line: Line, go: (admitted: boolean) => void): () => void {
    return this.enter({ line, go, isSecond: false });
  }

  /** The same for the second call of a transfer, which goes before all new calls: a person waits for it. */
  admitSecond(line: Line, go: (admitted: boolean) => void): () => void {
    return this.enter({ line, go, isSecond: true });
  }

  callsPerMinute(): number {
    return this.lastMinute.count(this.clock.monotonicMs());
  }

  stop(): void {
    this.timer?.cancel();
    for (const { go } of this.waiting.splice(0)) go(false);
  }

  private enter(entry: Waiting): () => void {
    const ahead = this.waiting.filter(({ isSecond }) => isSecond || !entry.isSecond);
    if (ahead.length === 0 && this.take(entry.line)) {
      entry.go(true);
      return () => undefined;
    }
    this.waiting.splice(ahead.length, 0, entry);
    this.wakeUp();
    return () => {
      if (!this.waiting.includes(entry)) return;
      this.waiting = this.waiting.filter((other) => other !== entry);
      entry.go(false);
    };
  }

  private take(line: Line): boolean {
    const nowMs = this.clock.monotonicMs();
    const trunk = this.trunkRate(line);
    if (this.installation.available(nowMs) <= 0 || (trunk && trunk.available(nowMs) <= 0)) return false;
    this.installation.take(nowMs);
    trunk?.take(nowMs);
    this.lastMinute.add(nowMs);
    return true;
  }

  private letGo(): void {
    // A trunk that is at its cap must not hold up the calls of others.
    const ready = this.waiting.filter(({ line }) => this.take(line));
    this.waiting = this.waiting.filter((entry) => !ready.includes(entry));
    for (const { go } of ready) go(true);
    this.wakeUp();
  }

  private wakeUp(): void {
    this.timer?.cancel();
    this.timer = undefined;
    if (this.waiting.length === 0) return;
    const delayMs = this.delayMs(this.waiting.map(({ line }) => line));
    this.timer = this.clock.setTimer(Math.max(1, Math.ceil(delayMs)), () => this.letGo());
  }

  private trunkRate(line: Line): CallRate | undefined {
    if (line.maxCallsPerSecond === null) return undefined;
    const known = this.trunks.get(line.trunkId);
    if (known?.maxCallsPerSecond === line.maxCallsPerSecond) return known;
    const rate = new CallRate(line.maxCallsPerSecond);
    this.trunks.set(line.trunkId, rate);
    return rate;
  }
}
