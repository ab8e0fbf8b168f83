import type { ScheduleWindow, StartedCampaign } from '../contracts/campaign-store.js';
import type { ClaimedLead, LeadStore } from '../contracts/lead-store.js';
import type { LeadDisposition } from '../domain/retry-policy.js';

/**
 * How long a claim lasts: longer than any attempt can (60 s of ringing, 600 s of transfer, and the checks before), so
 * that it expires for those alone whose process is gone: 15 minutes.
 */
export const CLAIM_MS = 15 * 60_000;

/**
 * When nothing could be claimed although leads are due: the claim may have put some out of the way that may not be
 * called, and the next ones are found by the next claim.
 */
const HELD_UP_RETRY_MS = 250;

/** What is known of the leads that can be called; the database is asked only when this is not known. */
type Supply =
  /** Nothing is known, or some lead is due. */
  | { readonly kind: 'ask' }
  | { readonly kind: 'due-at'; readonly at: Date }
  /** Leads are due, but the last claim brought none: their numbers are in a call elsewhere, or have reached a cap. */
  | { readonly kind: 'held-up'; readonly at: Date }
  | { readonly kind: 'none-left' };

/** The leads of one campaign in the order of dialing, and when there is something to claim. */
export class LeadFeed {
  private supply: Supply = { kind: 'ask' };

  constructor(
    private readonly campaignId: string,
    private readonly leads: LeadStore,
  ) {}

  isDue(now: Date): boolean {
    const { supply } = this;
    return supply.kind === 'ask' || (supply.kind !== 'none-left' && supply.at <= now);
  }

  /** When the next lead is due or the next claim is worth a try, if that is to come. */
  dueAt(): Date | undefined {
    return this.supply.kind === 'due-at' || this.supply.kind === 'held-up' ? this.supply.at : undefined;
  }

  isExhausted(): boolean {
    return this.supply.kind === 'none-left';
  }

  isUnknown(): boolean {
    return this.supply.kind === 'ask';
  }

  /** Leads may have been loaded, edited or recycled. */
  forget(): void {
    this.supply = { kind: 'ask' };
  }

  /** What was held up may be free by now. */
  retryHeldUp(): void {
    if (this.supply.kind === 'held-up') this.forget();
  }

  /** A lead of the campaign came back. */
  returned(lead: LeadDisposition): void {
    if (lead.place === 'DONE') return;
    const { supply } = this;
    if (lead.dueAt === null || supply.kind === 'ask' || supply.kind === 'held-up') this.forget();
    else if (supply.kind === 'none-left' || lead.dueAt < supply.at) this.supply = { kind: 'due-at', at: lead.dueAt };
  }

  /** Claims up to `limit` leads. Rejects when the database does not answer or the tenure is over. */
  async claim(request: {
    readonly campaign: StartedCampaign;
    readonly window: ScheduleWindow;
    readonly limit: number;
    readonly now: Date;
    readonly epoch: number;
  }): Promise<readonly ClaimedLead[]> {
    const { window, limit, now, epoch } = request;
    // What was due may be what is claimed now.
    this.forget();
    return this.leads.claim({
      campaignId: this.campaignId,
      scheduleId: window.scheduleId,
      limit,
      now,
      epoch,
      expiresAt: new Date(now.getTime() + CLAIM_MS),
    });
  }

  /**
   * Asks when the next lead is due.
   * @param claimedNone the last claim brought nothing, so that what is due is held up
   */
  async learn(now: Date, claimedNone: boolean): Promise<void> {
    const asked = this.supply;
    const dueAt = await this.leads.nextDueAt(this.campaignId);
    // Something came in while the question was under way; the answer may be older than that.
    if (this.supply !== asked) return;
    if (dueAt === null) this.supply = { kind: 'none-left' };
    else if (dueAt > now) this.supply = { kind: 'due-at', at: dueAt };
    else if (claimedNone) this.supply = { kind: 'held-up', at: new Date(now.getTime() + HELD_UP_RETRY_MS) };
    else this.supply = { kind: 'due-at', at: dueAt };
  }
}
