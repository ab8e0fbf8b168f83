import type { AttemptState } from '../domain/call-attempt-state.js';

/** What the counters need to know of an attempt that is open. */
export interface OpenAttempt {
  readonly attemptId: string;
  readonly campaignId: string;
  readonly queueId: string;
  readonly state: AttemptState;
  /** The line that its call occupies. */
  readonly lineId: string | null;
  /** Calls of the line's capacity that it takes, with the second one that its transfer may place. */
  readonly lineCalls: number;
  /**
   * `preparing`: no INVITE has left. `calling`: not answered. `answered`. `leaving-message`: answered by a machine; it
   * occupies its line, but no agent. `over`: no call any more, its end is being written; it occupies nothing, but its lead
   * is not free yet.
   */
  readonly phase: 'preparing' | 'calling' | 'answered' | 'leaving-message' | 'over';
}

/**
 * The attempts that this process has open. All counters are derived from it, so that none can drift: ports, caps and
 * reservations come back by an attempt's leaving, and in no other way.
 */
export class OpenAttempts<Attempt extends OpenAttempt = OpenAttempt> implements Iterable<Attempt> {
  private readonly byId = new Map<string, Attempt>();
  private readonly claims = new Set<ExpectedClaims>();
  /** Lines of calls whose attempt has ended and who still talk, by attempt id. */
  private readonly heldLines = new Map<string, { readonly lineId: string; readonly calls: number }>();
  private readonly emptied = new Set<() => void>();
  private readonly claimsKnown = new Set<() => void>();

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
      if (this.claims.size === 0) tell(this.claimsKnown);
      this.tellIfEmpty();
    };
  }

  /** So many calls of the line stay busy after the attempt has left, until `releaseLine`. */
  holdLine(attemptId: string, lineId: string, calls: number): void {
    this.heldLines.set(attemptId, { lineId, calls });
  }

  releaseLine(attemptId: string): void {
    this.heldLines.delete(attemptId);
  }

  get size(): number {
    return this.byId.size;
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
  inFlight(campaignId?: string): number {
    return this.count((of) => campaignId === undefined || of.campaignId === campaignId);
  }

  /** Calls that occupy, or may come to occupy, an agent of the queue, those that are being claimed included. */
  onTheirWay(queueId: string): number {
    return this.count((of) => of.queueId === queueId, ['leaving-message', 'over']);
  }

  /**
   * Calls that have been allotted and whose INVITE leaves next, those that are being claimed included; not those that are being
   * checked, for that takes as long as somebody else likes.
   */
  aboutToDial(campaignId?: string): number {
    const fits = (of: Attempt | ExpectedClaims): boolean => campaignId === undefined || of.campaignId === campaignId;
    return this.count(
      (of) => fits(of) && !('state' in of && isChecked(of)),
      ['calling', 'answered', 'leaving-message', 'over'],
    );
  }

  /** Calls whose numbers are being looked for on the do-not-call list. */
  checking(): number {
    let count = 0;
    for (const attempt of this.byId.values()) if (isChecked(attempt)) count++;
    return count;
  }

  /** Calls that have been allotted and have no line yet, those that are being claimed or checked included. */
  withoutLine(): number {
    let count = 0;
    for (const attempt of this.byId.values()) if (attempt.phase === 'preparing' && attempt.lineId === null) count++;
    for (const claim of this.claims) count += claim.count;
    return count;
  }

  /** Calls whose INVITE has left. */
  calls(): number {
    let count = 0;
    for (const { phase } of this.byId.values()) if (phase !== 'preparing' && phase !== 'over') count++;
    return count;
  }

  /** Of these, those that may come to occupy an agent of the queue. */
  callsFor(queueId: string): number {
    let count = 0;
    for (const { phase, queueId: of } of this.byId.values()) {
      if (of === queueId && (phase === 'calling' || phase === 'answered')) count++;
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

  /** Calls that lines carry or are kept free for, conversations included. */
  busyByLine(): ReadonlyMap<string, number> {
    const counts = this.countByLine(({ phase, lineCalls }) => (phase === 'over' ? 0 : lineCalls));
    for (const { lineId, calls } of this.heldLines.values()) counts.set(lineId, (counts.get(lineId) ?? 0) + calls);
    return counts;
  }

  /** Calls that have their line and whose INVITE has not left. */
  waitingByLine(): ReadonlyMap<string, number> {
    return this.countByLine(({ phase }) => (phase === 'preparing' ? 1 : 0));
  }

  /** Resolves when no attempt is open and no claim is under way. */
  whenEmpty(): Promise<void> {
    if (this.isEmpty()) return Promise.resolve();
    return new Promise((resolve) => this.emptied.add(resolve));
  }

  /** Resolves when no claim is under way. */
  whenClaimsKnown(): Promise<void> {
    if (this.claims.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.claimsKnown.add(resolve));
  }

  private count(
    fits: (of: Attempt | ExpectedClaims) => boolean,
    without: readonly OpenAttempt['phase'][] = ['over'],
  ): number {
    let count = 0;
    for (const attempt of this.byId.values()) if (!without.includes(attempt.phase) && fits(attempt)) count++;
    for (const claim of this.claims) if (fits(claim)) count += claim.count;
    return count;
  }

  private countByLine(callsOf: (attempt: Attempt) => number): Map<string, number> {
    const counts = new Map<string, number>();
    for (const attempt of this.byId.values()) {
      const { lineId } = attempt;
      const calls = lineId === null ? 0 : callsOf(attempt);
      if (lineId !== null && calls > 0) counts.set(lineId, (counts.get(lineId) ?? 0) + calls);
    }
    return counts;
  }

  private isEmpty(): boolean {
    return this.byId.size === 0 && this.claims.size === 0;
  }

  private tellIfEmpty(): void {
    if (this.isEmpty()) tell(this.emptied);
  }
}

function isChecked({ phase, state }: OpenAttempt): boolean {
  return phase === 'preparing' && state === 'CHECKING_DNC';
}

function tell(waiting: Set<() => void>): void {
  for (const resolve of waiting) resolve();
  waiting.clear();
}

export interface ExpectedClaims {
  readonly campaignId: string;
  readonly queueId: string;
  readonly count: number;
}
