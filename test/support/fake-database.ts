import type {
  AbandonedAttempt,
  AttemptEnding,
  AttemptStep,
  AttemptStore,
  CallOnChannel,
} from '../../src/engine/contracts/attempt-store.js';
import type { CampaignStore, StartedCampaign } from '../../src/engine/contracts/campaign-store.js';
import type { InstanceLease, Tenure } from '../../src/engine/contracts/instance-lease.js';
import type { ClaimedLead, ClaimRequest, LeadStore } from '../../src/engine/contracts/lead-store.js';
import type { AttemptState } from '../../src/engine/domain/call-attempt-state.js';
import type { CampaignStopReason } from '../../src/engine/domain/campaign-state.js';
import type { LeadPlace, LeadStatus } from '../../src/engine/domain/lead-state.js';

export interface FakeLead {
  readonly id: string;
  readonly campaignId: string;
  readonly phoneNumber: string;
  status: LeadStatus;
  place: LeadPlace;
  dueAt: Date | null;
  attemptCount: number;
}

export interface FakeAttempt {
  readonly id: string;
  readonly lead: FakeLead;
  readonly epoch: number;
  readonly expiresAt: Date;
  readonly statusBefore: LeadStatus;
  readonly steps: AttemptStep[];
  state: AttemptState;
  ending?: AttemptEnding;
}

/** The stores in memory, with the rules of the real ones: one open attempt a lead and a number, one end an attempt. */
export class FakeDatabase implements LeadStore, AttemptStore, CampaignStore, InstanceLease {
  readonly leadRows: FakeLead[] = [];
  readonly attemptRows = new Map<string, FakeAttempt>();
  readonly campaignRows = new Map<string, StartedCampaign>();
  readonly stopped = new Map<string, CampaignStopReason>();
  readonly ran = new Set<string>();
  /** Every call rejects, but writes of attempts wait. */
  isDown = false;
  claims = 0;
  /** A step waits for this, when set; to hold commits up. */
  beforeMove: (step: AttemptStep) => Promise<void> = () => Promise.resolve();
  /** The answer to a claim waits for this, after the commit. */
  afterClaim: () => Promise<void> = () => Promise.resolve();
  stopsAsked = 0;
  /** What earlier runs handed over. */
  onChannels: readonly CallOnChannel[] = [];
  private readonly waiting: (() => void)[] = [];
  /** Of each attempt. */
  private readonly lastWrites = new Map<string, Promise<void>>();
  private epoch = 0;
  private holder: (() => void) | undefined;
  private nextId = 1;

  addCampaign(campaign: StartedCampaign): void {
    this.campaignRows.set(campaign.id, campaign);
  }

  addLeads(campaignId: string, count: number, firstNumber = 1_000_000): readonly FakeLead[] {
    const leads = Array.from({ length: count }, (_, index): FakeLead => {
      const id = `${campaignId}-lead-${this.leadRows.length + index + 1}`;
      const phoneNumber = `+4930${firstNumber + index}`;
      return { id, campaignId, phoneNumber, status: 'NOT_CALLED', place: 'NEW', dueAt: null, attemptCount: 0 };
    });
    this.leadRows.push(...leads);
    return leads;
  }

  lead(index: number): FakeLead {
    const lead = this.leadRows[index];
    if (!lead) throw new Error(`no lead ${index}`);
    return lead;
  }

  attempts(): readonly FakeAttempt[] {
    return [...this.attemptRows.values()];
  }

  open(): readonly FakeAttempt[] {
    return this.attempts().filter(({ state }) => state !== 'ENDED');
  }

  results(): readonly string[] {
    return this.attempts().map(({ ending }) =>
      ending ? `${ending.termination.status} ${ending.termination.reason}` : '-',
    );
  }

  comeBack(): void {
    this.isDown = false;
    for (const go of this.waiting.splice(0)) go();
  }

  /** The connection that held the lease is gone. */
  loseLease(): void {
    const lost = this.holder;
    this.holder = undefined;
    lost?.();
  }

  /** Another instance has it until `freeLease`. */
  occupyLease(): void {
    this.epoch++;
    this.holder = () => undefined;
  }

  freeLease(): void {
    this.holder = undefined;
  }

  tryAcquire(): Promise<Tenure | undefined> {
    if (this.isDown) return Promise.reject(new Error('database away'));
    if (this.holder) return Promise.resolve(undefined);
    let tell: () => void = () => undefined;
    const lost = new Promise<void>((resolve) => (tell = resolve));
    this.holder = tell;
    const mine = tell;
    const release = (): Promise<void> => {
      if (this.holder === mine) this.holder = undefined;
      return Promise.resolve();
    };
    return Promise.resolve({ epoch: ++this.epoch, lost, release });
  }

  async claim(request: ClaimRequest): Promise<readonly ClaimedLead[]> {
    await this.answer();
    this.claims++;
    const { campaignId, now, limit } = request;
    const inCall = new Set(this.open().map(({ lead }) => lead.phoneNumber));
    const mine = this.leadRows.filter((lead) => lead.campaignId === campaignId);
    const due = mine
      .filter((lead) => lead.place === 'RETRY' && lead.dueAt && lead.dueAt <= now)
      .sort((one, other) => Number(one.dueAt) - Number(other.dueAt));
    const claimed: ClaimedLead[] = [];
    for (const lead of [...due, ...mine.filter(({ place }) => place === 'NEW')]) {
      if (claimed.length === limit) break;
      if (inCall.has(lead.phoneNumber)) continue;
      inCall.add(lead.phoneNumber);
      lead.place = 'IN_CALL';
      const attemptId = `attempt-${this.nextId++}`;
      this.attemptRows.set(attemptId, {
        id: attemptId,
        lead,
        epoch: request.epoch,
        expiresAt: request.expiresAt,
        statusBefore: lead.status,
        steps: [],
        state: 'QUEUED',
      });
      const { id: leadId, phoneNumber, attemptCount, status: leadStatus } = lead;
      claimed.push({ attemptId, leadId, leadName: '', phoneNumber, attemptCount, leadStatus, queuedAt: now });
    }
    await this.afterClaim();
    return claimed;
  }

  async nextDueAt(campaignId: string): Promise<Date | null> {
    await this.answer();
    const waiting = this.leadRows.filter((lead) => lead.campaignId === campaignId);
    if (waiting.some(({ place }) => place === 'NEW')) return new Date(0);
    const due = waiting.flatMap(({ place, dueAt }) => (place === 'RETRY' && dueAt ? [dueAt.getTime()] : []));
    return due.length > 0 ? new Date(Math.min(...due)) : null;
  }

  move(step: AttemptStep): Promise<void> {
    return this.inOrder(step.attemptId, async () => {
      await this.whenUp();
      await this.beforeMove(step);
      const attempt = this.row(step.attemptId);
      if (attempt.state === 'ENDED') throw new Error(`${step.attemptId} has ended`);
      attempt.state = step.state;
      attempt.steps.push(step);
    });
  }

  close(ending: AttemptEnding): Promise<boolean> {
    return this.inOrder(ending.attemptId, async () => {
      await this.whenUp();
      const attempt = this.row(ending.attemptId);
      if (attempt.state === 'ENDED') return false;
      attempt.state = 'ENDED';
      attempt.ending = ending;
      Object.assign(attempt.lead, ending.lead);
      return true;
    });
  }

  async findAbandoned(epoch: number, now: Date, mine: ReadonlySet<string>): Promise<readonly AbandonedAttempt[]> {
    await this.answer();
    return this.open()
      .filter((attempt) => (attempt.epoch < epoch || attempt.expiresAt <= now) && !mine.has(attempt.id))
      .map(({ id, lead, state, statusBefore, steps }) => {
        const campaign = this.campaignRows.get(lead.campaignId);
        if (!campaign) throw new Error('no campaign');
        const { maxAttempts, retryMinutes, retryStatuses, retryUnreachable } = campaign;
        return {
          attemptId: id,
          campaignId: campaign.id,
          leadId: lead.id,
          state,
          leadStatus: statusBefore,
          attemptCount: lead.attemptCount,
          ...{ maxAttempts, retryMinutes, retryStatuses, retryUnreachable },
          invite: steps.find(({ invite }) => invite)?.invite ?? null,
          dialog: steps.find(({ dialog }) => dialog)?.dialog ?? null,
          pilotDialog: steps.find(({ pilotDialog }) => pilotDialog)?.pilotDialog ?? null,
        };
      });
  }

  async findOnChannels(): Promise<readonly CallOnChannel[]> {
    await this.answer();
    return this.onChannels;
  }

  async loadStarted(now: Date): Promise<readonly StartedCampaign[]> {
    await this.answer();
    return [...this.campaignRows.values()]
      .filter(({ id }) => !this.stopped.has(id))
      .map((campaign) => ({
        ...campaign,
        windows: campaign.windows
          .filter(({ endsAt }) => endsAt > now)
          .map((window) => ({ ...window, ran: this.ran.has(window.scheduleId) })),
      }));
  }

  async markRan(scheduleId: string): Promise<void> {
    await this.answer();
    this.ran.add(scheduleId);
  }

  async stop(campaignId: string, reason: CampaignStopReason): Promise<boolean> {
    await this.answer();
    this.stopsAsked++;
    if (this.stopped.has(campaignId)) return false;
    const isLeft = this.leadRows.some((lead) => lead.campaignId === campaignId && lead.place !== 'DONE');
    if (reason === 'NO_LEADS_LEFT' && isLeft) return false;
    this.stopped.set(campaignId, reason);
    return true;
  }

  private row(attemptId: string): FakeAttempt {
    const attempt = this.attemptRows.get(attemptId);
    if (!attempt) throw new Error(`no attempt ${attemptId}`);
    return attempt;
  }

  private answer(): Promise<void> {
    return this.isDown ? Promise.reject(new Error('database away')) : Promise.resolve();
  }

  private inOrder<Result>(attemptId: string, write: () => Promise<Result>): Promise<Result> {
    const written = (this.lastWrites.get(attemptId) ?? Promise.resolve()).then(write);
    this.lastWrites.set(
      attemptId,
      written.then(
        () => undefined,
        () => undefined,
      ),
    );
    return written;
  }

  private whenUp(): Promise<void> {
    return this.isDown ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve();
  }
}
