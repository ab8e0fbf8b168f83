import type { AttemptState } from '../domain/call-attempt-state.js';

/** What the counters need to know of an attempt that is open. */
export interface OpenAttempt {
  readonly attemptId: string;
  readonly campaignId: string;
  readonly queueId: string;
  readonly state: AttemptState;
  /** The line that its call occupies. */
  readonly lineId: string | null;
  /**
   * `preparing`: no INVITE has left. `calling`: not answered. `answered`. `over`: no call any more, its end is being
   * written; it occupies nothing, but its lead is not free yet.
   */
  readonly phase: 'preparing' | 'calling' | 'answered' | 'over';
}

/**
 * The attempts that this process has open. All counters are derived from it, so that none can drift: ports, caps and
 * reservations come back by an attempt's leaving, and in no other way.
 */
export class OpenAttempts<Attempt extends OpenAttempt = OpenAttempt> implements Iterable<Attempt> {
  private readonly byId = new Map<string, Attempt>();
  private readonly claims = new Set<ExpectedClaims>();
  private readonly emptied = new Set<() => void>();

  add(attempt: Attempt): void {
    this.byId.set(attempt.attemptId, attempt);
  }

  remove(attemptId: string): void {
    this.byId.delete(attemptId);
    this.tellIfEmpty();
  }

  /** Leads that are being claimed count as calls until the claim is known. Call the result once it is. */
  expect(claims: ExpectedClaims): () => void {
    this.claims.add(claims);
    return () => {
      this.claims.delete(claims);
      this.tellIfEmpty();
    };
  }

  ids(): ReadonlySet<string> {
    return new Set(this.byId.keys());
  }

  has(attemptId: string): boolean {
    return this.byId.has(attemptId);
  }

  [Symbol.iterator](): Iterator<Attempt> {
    return this.byId.values();
  }

  /** Calls that occupy something, those that are being claimed included. */
  inFlight(filter: { readonly campaignId?: string; readonly queueId?: string } = {}): number {
    const fits = (of: { readonly campaignId: string; readonly queueId: string }): boolean =>
      (filter.campaignId === undefined || filter.campaignId === of.campaignId) &&
      (filter.queueId === undefined || filter.queueId === of.queueId);
    let count = 0;
    for (const attempt of this.byId.values()) if (attempt.phase !== 'over' && fits(attempt)) count++;
    for (const claim of this.claims) if (fits(claim)) count += claim.count;
    return count;
  }

  /** Calls that have been allotted and whose INVITE has not left, those that are being claimed included. */
  notDialed(): number {
    let count = 0;
    for (const attempt of this.byId.values()) if (attempt.phase === 'preparing') count++;
    for (const claim of this.claims) count += claim.count;
    return count;
  }

  /** Of these, those that have no line yet. */
  withoutLine(): number {
    let count = 0;
    for (const attempt of this.byId.values()) if (attempt.phase === 'preparing' && attempt.lineId === null) count++;
    for (const claim of this.claims) count += claim.count;
    return count;
  }

  /** Calls whose INVITE has left; of one queue, if it is given. */
  calls(queueId?: string): number {
    let count = 0;
    for (const { phase, queueId: of } of this.byId.values()) {
      if ((queueId === undefined || of === queueId) && (phase === 'calling' || phase === 'answered')) count++;
    }
    return count;
  }

  /** True if an attempt of the campaign is open or being claimed, or its end is being written. */
  someOf(campaignId: string): boolean {
    for (const attempt of this.byId.values()) if (attempt.campaignId === campaignId) return true;
    for (const claim of this.claims) if (claim.campaignId === campaignId) return true;
    return false;
  }

  /** True if calls of the campaign (or any) are on their way to an answer: then calls are being placed. */
  someDialing(campaignId?: string): boolean {
    for (const attempt of this.byId.values()) {
      const fits = campaignId === undefined || attempt.campaignId === campaignId;
      if (fits && attempt.phase === 'calling') return true;
    }
    return false;
  }

  busyByLine(): ReadonlyMap<string, number> {
    return this.countByLine(({ phase }) => phase !== 'over');
  }

  /** Calls that have their line and whose INVITE has not left. */
  waitingByLine(): ReadonlyMap<string, number> {
    return this.countByLine(({ phase }) => phase === 'preparing');
  }

  /** Resolves when no attempt is open and no claim is under way. */
  whenEmpty(): Promise<void> {
    if (this.isEmpty()) return Promise.resolve();
    return new Promise((resolve) => this.emptied.add(resolve));
  }

  private countByLine(fits: (attempt: Attempt) => boolean): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const attempt of this.byId.values()) {
      const { lineId } = attempt;
      if (lineId !== null && fits(attempt)) counts.set(lineId, (counts.get(lineId) ?? 0) + 1);
    }
    return counts;
  }

  private isEmpty(): boolean {
    return this.byId.size === 0 && this.claims.size === 0;
  }

  private tellIfEmpty(): void {
    if (!this.isEmpty()) return;
    for (const resolve of this.emptied) resolve();
    this.emptied.clear();
  }
}

export interface ExpectedClaims {
  readonly campaignId: string;
  readonly queueId: string;
  readonly count: number;
}
