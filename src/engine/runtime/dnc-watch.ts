import type { Clock, Timer } from '../contracts/clock.js';
import type { DncServices } from '../contracts/dnc-service.js';
import type { DncOutage } from '../contracts/engine.js';
import type { DncAnswer } from '../domain/dnc-answer.js';

/** How often a service that does not answer is asked again. */
export const DNC_PROBE_MS = 5_000;

interface Outage {
  /** The number that was not answered for; asked again until there is an answer. */
  readonly phoneNumber: string;
  readonly since: Date;
  occurrences: number;
  nextTryAt: Date;
  timer?: Timer;
}

/**
 * Asks do-not-call services, and knows which of them do not answer. Such a one is asked every few seconds for the number
 * that it owes an answer for: no attempt is opened for it, and the answer itself is not used.
 */
export class DncWatch {
  private readonly outages = new Map<string, Outage>();

  constructor(
    private readonly services: DncServices,
    private readonly clock: Clock,
    /** Called with the service that came back or went. */
    private readonly changed: (dncServiceId: string) => void,
  ) {}

  isDown(dncServiceId: string): boolean {
    return this.outages.has(dncServiceId);
  }

  /** The services that do not answer, the oldest outage first. */
  list(): readonly DncOutage[] {
    return [...this.outages].map(([dncServiceId, { since, occurrences, nextTryAt }]) => {
      return { dncServiceId, since, occurrences, nextTryAt };
    });
  }

  /** Never rejects. A service that is not there (any more) is out of service: it fails closed. */
  async check(dncServiceId: string, phoneNumber: string): Promise<DncAnswer> {
    const answer = await this.ask(dncServiceId, phoneNumber);
    const known = this.outages.get(dncServiceId);
    if (answer !== 'OUT_OF_SERVICE') this.cameBack(dncServiceId);
    else if (known) known.occurrences++;
    else {
      const since = this.clock.now();
      const outage: Outage = { phoneNumber, since, occurrences: 1, nextTryAt: since };
      this.outages.set(dncServiceId, outage);
      this.probeLater(dncServiceId, outage);
      this.changed(dncServiceId);
    }
    return answer;
  }

  /** The services may have been edited: those that are down are asked at once. */
  probeNow(): void {
    // One without a timer is being asked already.
    for (const [id, outage] of this.outages) if (outage.timer) this.probe(id, outage);
  }

  /** Forgets the outages of services that no campaign uses. */
  keepOnly(used: ReadonlySet<string>): void {
    for (const [id, outage] of this.outages) {
      if (used.has(id)) continue;
      outage.timer?.cancel();
      this.outages.delete(id);
    }
  }

  stop(): void {
    this.keepOnly(new Set());
  }

  private async ask(dncServiceId: string, phoneNumber: string): Promise<DncAnswer> {
    try {
      return (await this.services.find(dncServiceId)?.check(phoneNumber)) ?? 'OUT_OF_SERVICE';
    } catch {
      return 'OUT_OF_SERVICE';
    }
  }

  private probeLater(dncServiceId: string, outage: Outage): void {
    outage.nextTryAt = new Date(this.clock.now().getTime() + DNC_PROBE_MS);
    outage.timer = this.clock.setTimer(DNC_PROBE_MS, () => this.probe(dncServiceId, outage));
  }

  private probe(dncServiceId: string, outage: Outage): void {
    outage.timer?.cancel();
    delete outage.timer;
    void this.ask(dncServiceId, outage.phoneNumber).then((answer) => {
      if (this.outages.get(dncServiceId) !== outage) return;
      if (answer === 'OUT_OF_SERVICE') {
        outage.occurrences++;
        this.probeLater(dncServiceId, outage);
      } else this.cameBack(dncServiceId);
    });
  }

  private cameBack(dncServiceId: string): void {
    const outage = this.outages.get(dncServiceId);
    if (!outage) return;
    outage.timer?.cancel();
    this.outages.delete(dncServiceId);
    this.changed(dncServiceId);
  }
}
