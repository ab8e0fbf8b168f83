import type { Clock, Timer } from '../contracts/clock.js';
import type { StartedCampaign } from '../contracts/campaign-store.js';
import type { Line } from '../contracts/telephony.js';
import { CallRate } from '../domain/call-rate.js';
import { RollingCount } from '../domain/rolling-count.js';

/** Whose calls are counted, and how many of them may go out in a second. */
type Capped = Pick<StartedCampaign, 'id' | 'maxCallsPerSecond'>;

interface Waiting {
  readonly line: Line;
  /** Absent for the second call of a transfer. */
  readonly campaign?: Capped;
  readonly go: (admitted: boolean) => void;
}

/**
 * The last step before an INVITE leaves: holds it until the calls per second of the installation, of its trunk and of its
 * campaign allow it. Calls are allotted with the caps in mind; this makes them hold when several that were held up elsewhere
 * (by a slow do-not-call service, by a commit) become ready in the same moment.
 */
export class CallGate {
  private readonly installation: CallRate;
  private readonly trunks = new Map<string, CallRate>();
  private readonly campaigns = new Map<string, CallRate>();
  /** The same caps over the beginnings of attempts, so that those whose checks are slow are spaced as their calls will be. */
  private readonly beginnings: CallRate;
  private readonly campaignBeginnings = new Map<string, CallRate>();
  private readonly lastMinute = new RollingCount();
  private waiting: Waiting[] = [];
  private timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    maxCallsPerSecond: number,
  ) {
    this.installation = new CallRate(maxCallsPerSecond);
    this.beginnings = new CallRate(maxCallsPerSecond);
  }

  /**
   * Attempts that may begin, whatever the line and the campaign. Here and below, `nowMs` is monotonic, in milliseconds.
   * @param aboutToDial of those that have begun
   */
  installationAvailable(aboutToDial: number, nowMs: number): number {
    return mayBegin(this.beginnings, aboutToDial, nowMs);
  }

  trunkAvailable(line: Line, nowMs: number): number {
    return this.trunkRate(line)?.available(nowMs) ?? Infinity;
  }

  /** The same of one campaign, whatever the other caps say. */
  campaignAvailable(campaign: Capped, aboutToDial: number, nowMs: number): number {
    return mayBegin(this.campaignBeginningRate(campaign), aboutToDial, nowMs);
  }

  /** Milliseconds until one more attempt of the campaign may begin, whatever the other caps say. */
  campaignDelayMs(campaign: Capped, nowMs: number): number {
    return this.campaignBeginningRate(campaign)?.delayMs(nowMs) ?? 0;
  }

  begun(campaign: Capped, attempts: number): void {
    const nowMs = this.clock.monotonicMs();
    for (let n = 0; n < attempts; n++) {
      this.beginnings.take(nowMs);
      this.campaignBeginningRate(campaign)?.take(nowMs);
    }
  }

  /** No call goes out for them after all. */
  givenBack(campaign: Capped, attempts: number): void {
    for (let n = 0; n < attempts; n++) {
      this.beginnings.giveBack();
      this.campaignBeginningRate(campaign)?.giveBack();
    }
  }

  /** Milliseconds until one more attempt may begin that goes out over one of the lines, whatever the campaign. */
  delayMs(lines: readonly Line[], nowMs: number): number {
    const trunks = lines.map((line) => this.trunkRate(line)?.delayMs(nowMs) ?? 0);
    const ofLines = trunks.length > 0 ? Math.min(...trunks) : 0;
    return Math.max(this.beginnings.delayMs(nowMs), ofLines);
  }

  /**
   * Calls `go` when the call may leave: at once where the caps allow it, else later, in order. The returned function
   * gives up waiting, which calls `go` with false.
   */
  admit(line: Line, campaign: Capped, go: (admitted: boolean) => void): () => void {
    return this.enter({ line, campaign, go });
  }

  /**
   * The same for the second call of a transfer, which goes before all new calls: a person waits for it. It takes no share of
   * its campaign's calls per second.
   */
  admitSecond(line: Line, go: (admitted: boolean) => void): () => void {
    return this.enter({ line, go });
  }

  callsPerMinute(): number {
    return this.lastMinute.count(this.clock.monotonicMs());
  }

  stop(): void {
    this.timer?.cancel();
    for (const { go } of this.waiting.splice(0)) go(false);
  }

  private enter(entry: Waiting): () => void {
    const ahead = this.waiting.filter(({ campaign }) => !campaign || entry.campaign);
    if (ahead.length === 0 && this.take(entry)) {
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

  private take({ line, campaign }: Waiting): boolean {
    const nowMs = this.clock.monotonicMs();
    const rates = [this.installation, this.trunkRate(line), campaign && this.campaignRate(campaign)];
    if (rates.some((rate) => rate && rate.available(nowMs) <= 0)) return false;
    for (const rate of rates) rate?.take(nowMs);
    // Of an attempt that has begun long ago.
    if (!campaign) this.beginnings.note(nowMs);
    this.lastMinute.add(nowMs);
    return true;
  }

  private letGo(): void {
    // A trunk or campaign that is at its cap must not hold up the calls of others.
    const ready = this.waiting.filter((entry) => this.take(entry));
    this.waiting = this.waiting.filter((entry) => !ready.includes(entry));
    for (const { go } of ready) go(true);
    this.wakeUp();
  }

  private wakeUp(): void {
    this.timer?.cancel();
    this.timer = undefined;
    if (this.waiting.length === 0) return;
    const nowMs = this.clock.monotonicMs();
    const delaysMs = this.waiting.map(({ line, campaign }) => {
      const rates = [this.installation, this.trunkRate(line), campaign && this.campaignRate(campaign)];
      return Math.max(...rates.map((rate) => rate?.delayMs(nowMs) ?? 0));
    });
    const delayMs = Math.min(...delaysMs);
    this.timer = this.clock.setTimer(Math.max(1, Math.ceil(delayMs)), () => this.letGo());
  }

  private trunkRate({ trunkId, maxCallsPerSecond }: Line): CallRate | undefined {
    return rateOf(this.trunks, trunkId, maxCallsPerSecond);
  }

  private campaignRate({ id, maxCallsPerSecond }: Capped): CallRate | undefined {
    return rateOf(this.campaigns, id, maxCallsPerSecond);
  }

  private campaignBeginningRate({ id, maxCallsPerSecond }: Capped): CallRate | undefined {
    return rateOf(this.campaignBeginnings, id, maxCallsPerSecond);
  }
}

/**
 * Calls that did not begin in turn (second calls, those that a do-not-call service held up) have others wait at the gate, and
 * each of those holds an agent: no more begin than go out in this time. Seconds.
 */
const LONGEST_WAIT_S = 0.15;

function mayBegin(beginnings: CallRate | undefined, aboutToDial: number, nowMs: number): number {
  if (!beginnings) return Infinity;
  const mostWaiting = Math.max(1, Math.ceil(beginnings.maxCallsPerSecond * LONGEST_WAIT_S));
  return Math.min(beginnings.available(nowMs), mostWaiting - aboutToDial);
}

/** A cap that was edited goes on from what the one before let through: calls that began under either wait at the gate. */
function rateOf(rates: Map<string, CallRate>, id: string, maxCallsPerSecond: number | null): CallRate | undefined {
  if (maxCallsPerSecond === null) return undefined;
  const known = rates.get(id);
  if (known?.maxCallsPerSecond === maxCallsPerSecond) return known;
  const rate = new CallRate(maxCallsPerSecond, known);
  rates.set(id, rate);
  return rate;
}
