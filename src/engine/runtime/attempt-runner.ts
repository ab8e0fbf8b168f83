import type { AmdDetector } from '../contracts/amd-detector.js';
import type { AttemptStep } from '../contracts/attempt-store.js';
import type { StartedCampaign, ScheduleWindow } from '../contracts/campaign-store.js';
import type { ClaimedLead } from '../contracts/lead-store.js';
import type {
  AnsweredCall,
  CallFailure,
  CancelReason,
  Conversation,
  Line,
  OutboundCall,
  SavedDialog,
} from '../contracts/telephony.js';
import { mayMove, type AttemptState } from '../domain/call-attempt-state.js';
import { maskPhoneNumber } from '../domain/phone-number.js';
import { classifyFailure } from '../domain/sip-outcome.js';
import type { Termination } from '../domain/termination.js';
import { dialerFault, givenBack, onDoNotCallList } from '../domain/terminations.js';
import { handleAnswer, type AnswerOutcome } from './answer-handling.js';
import { closeAttempt } from './close-attempt.js';
import { deferred } from './deferred.js';
import type { EngineContext } from './engine-context.js';
import { callsTaken } from './line-use.js';
import type { OpenAttempt } from './open-attempts.js';
import { StepWriter } from './step-writer.js';

/** A do-not-call answer that is older than this is asked for again, by giving the lead back: 10 s. */
const DNC_ANSWER_VALID_MS = 10_000;
/** How long a forced stop waits for the far end to confirm a CANCEL: 1 s. */
const ABORT_PATIENCE_MS = 1_000;

/**
 * One attempt, from the claim of its lead to its end (engine.md, Life of an attempt). It is the only one that moves the
 * attempt's state; it ends in `close`, whatever happens.
 */
export class AttemptRunner implements OpenAttempt {
  readonly attemptId: string;
  readonly campaignId: string;
  readonly queueId: string;
  state: AttemptState = 'QUEUED';
  phase: OpenAttempt['phase'] = 'preparing';
  lineId: string | null = null;
  lineCalls = 1;

  private readonly steps: StepWriter;
  private call: OutboundCall | undefined;
  private cancelReason: string | undefined;
  private leaveGate: () => void = () => undefined;
  private recording: Uint8Array | null = null;
  private readonly aborted = deferred<'aborted'>();

  constructor(
    private readonly context: EngineContext,
    readonly campaign: StartedCampaign,
    private readonly window: ScheduleWindow,
    private readonly lead: ClaimedLead,
    /** Called when the INVITE has left. */
    private readonly placed: () => void,
  ) {
    const { attempts, events, log } = context.deps;
    this.attemptId = lead.attemptId;
    this.campaignId = campaign.id;
    this.queueId = campaign.queueId;
    this.steps = new StepWriter(campaign.id, attempts, events, log);
  }

  /** Resolves when the attempt has ended and its end is written; never rejects. */
  async run(): Promise<void> {
    const { attempts, deps } = this.context;
    deps.events.publish({
      type: 'attempt-moved',
      campaignId: this.campaignId,
      attemptId: this.attemptId,
      state: 'QUEUED',
      at: this.lead.queuedAt,
    });
    let outcome: AnswerOutcome;
    try {
      outcome = await this.dialAndHandle();
    } catch (error) {
      // Misuse of a contract. The attempt must end all the same, or its lead would never be called again.
      deps.log.error({ err: error, attemptId: this.attemptId }, 'attempt failed in the dialer');
      outcome = { termination: dialerFault(this.now(), this.phase !== 'preparing') };
    }
    await this.close(outcome);
    attempts.remove(this.attemptId);
    this.context.requestTick();
  }

  /** Cancels the attempt unless it is answered; an answer that crosses the CANCEL is carried on with. */
  cancel(reason: CancelReason): void {
    if (this.phase !== 'preparing' && this.phase !== 'calling') return;
    this.cancelReason ??= reason;
    this.leaveGate();
    this.call?.cancel(reason);
  }

  /** Ends the attempt at once, answered or not. */
  abort(): void {
    this.cancel('engine-draining');
    this.aborted.resolve('aborted');
  }

  private async dialAndHandle(): Promise<AnswerOutcome> {
    const dialing = await this.prepare();
    if ('termination' in dialing) return dialing;
    const { line, detector } = dialing;
    try {
      return await this.callOver(line, detector);
    } finally {
      detector?.dispose();
      this.recording = detector?.recording ?? null;
    }
  }

  private createDetector(): AmdDetector | undefined {
    const { amdEnabled, amdSensitivity: sensitivity, ringTimeoutMs } = this.campaign;
    return amdEnabled ? this.context.deps.amdDetectors?.create({ sensitivity, ringTimeoutMs }) : undefined;
  }

  /** Do-not-call check, line, and the commit of `DIALING`; then waits until the caps let the INVITE leave. */
  private async prepare(): Promise<AnswerOutcome | { line: Line; detector: AmdDetector | undefined }> {
    const { clock } = this.context.deps;
    const unwanted = this.obstacle();
    if (unwanted) return { termination: this.back(unwanted) };
    const refusal = await this.checkDoNotCall();
    if (refusal) return { termination: refusal };
    const checkedAtMs = clock.monotonicMs();

    const line =
      this.obstacle() === undefined
        ? this.context.ports.choose(this.campaign.transferMode, clock.monotonicMs())
        : undefined;
    if (!line) return { termination: this.back(this.obstacle() ?? 'no-free-port') };
    this.lineId = line.id;
    this.lineCalls = callsTaken(line, this.campaign.transferMode);
    const { trunkName, portName } = line;
    const committed = await this.move({
      state: 'DIALING',
      line: { lineId: line.id, trunkName, portName },
      callerId: this.campaign.callerId,
    });
    if (!committed) {
      this.context.databaseFailed();
      return { termination: this.back('not-recorded') };
    }
    if (!(await this.passGate(line))) return { termination: this.back(this.obstacle() ?? 'cancelled') };

    const obstacle = this.obstacle() ?? this.lateObstacle(line, checkedAtMs);
    if (obstacle) return { termination: this.back(obstacle) };
    const detector = this.createDetector();
    // In the same step as the look at the agents: the attempts of one commit look one after the other.
    this.phase = 'calling';
    return { line, detector };
  }

  private async checkDoNotCall(): Promise<Termination | undefined> {
    const { dncServiceId } = this.campaign;
    if (dncServiceId === null) return undefined;
    void this.move({ state: 'CHECKING_DNC' });
    switch (await this.context.dnc.check(dncServiceId, this.lead.phoneNumber)) {
      case 'MAY_CALL':
        return undefined;
      case 'DO_NOT_CALL':
        return onDoNotCallList(this.now());
      case 'OUT_OF_SERVICE':
        return this.back(this.cancelReason ?? 'dnc-out-of-service');
    }
  }

  private passGate(line: Line): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.cancelReason !== undefined) resolve(false);
      else this.leaveGate = this.context.gate.admit(line, this.campaign, resolve);
    });
  }

  /** Why no INVITE may leave any more. */
  private obstacle(): string | undefined {
    if (this.cancelReason !== undefined) return this.cancelReason;
    return this.context.obstacle() ?? (this.now() < this.window.endsAt ? undefined : 'schedule-ended');
  }

  /** The same, of what may have changed since the call was allotted, while commits or caps held it up. */
  private lateObstacle(line: Line, checkedAtMs: number): string | undefined {
    const { clock } = this.context.deps;
    const isStale = clock.monotonicMs() - checkedAtMs > DNC_ANSWER_VALID_MS;
    if (isStale && this.campaign.dncServiceId !== null) return 'dnc-answer-too-old';
    if (!this.context.ports.isInService(line.id)) return 'line-out-of-service';
    return this.context.queues.hasAgentForOneMore(this.queueId) ? undefined : 'no-agents';
  }

  private async callOver(line: Line, detector: AmdDetector | undefined): Promise<AnswerOutcome> {
    const { telephony } = this.context.deps;
    const call = telephony.placeCall({
      attemptId: this.attemptId,
      lineId: line.id,
      phoneNumber: this.lead.phoneNumber,
      callerId: this.campaign.callerId,
      ringTimeoutMs: this.campaign.ringTimeoutMs,
      ...(detector && { media: detector }),
      onRinging: (invite) => void this.move({ state: 'RINGING', invite }),
    });
    this.call = call;
    this.context.deps.log.debug(
      { attemptId: this.attemptId, lineId: line.id, phoneNumber: maskPhoneNumber(this.lead.phoneNumber) },
      'call placed',
    );
    this.placed();
    const result = await this.resultOf(call);
    if (result === undefined) return { termination: this.back('engine-stopped') };
    this.context.blockedCallerIds.record(this.campaign.callerId ?? line.portName ?? line.trunkName, result);
    if (result.kind === 'failed') {
      return { termination: classifyFailure(result, this.lead.leadStatus, this.now()) };
    }
    this.phase = 'answered';
    this.context.requestTick();
    void this.move({ state: 'ANSWERED', dialog: result.dialog });
    const outcome = await this.handleAnswered(result, line, detector);
    if (outcome.amd) this.context.silentTrunks.record(line.trunkId, outcome.amd);
    return outcome;
  }

  private async handleAnswered(
    call: AnsweredCall,
    line: Line,
    detector: AmdDetector | undefined,
  ): Promise<AnswerOutcome> {
    const answer = handleAnswer({
      call,
      campaign: this.campaign,
      detector,
      messages: this.context.deps.voicemailMessages,
      clock: this.context.deps.clock,
      log: this.context.deps.log,
      aborted: this.aborted.promise,
      move: (step) => void this.move(step),
      transferBegins: () =>
        this.context.queues.ledger.transferring(this.attemptId, this.queueId, this.lead.phoneNumber),
      secondCall: { admit: () => this.admitSecondCall(line), answered: (dialog) => this.keepPilot(dialog) },
      messageBegins: () => {
        this.phase = 'leaving-message';
        this.lineCalls = 1;
        this.context.requestTick();
      },
      handedOver: (conversation) => this.handOver(call, conversation),
    });
    try {
      return await answer;
    } catch (error) {
      // The attempt ends as a fault of the dialer; without a BYE the customer would listen to nobody from now on.
      void call.hangUp();
      throw error;
    }
  }

  private admitSecondCall(line: Line): Promise<boolean> {
    // Where a REFER was refused, no room was kept for it.
    this.lineCalls = callsTaken(line, 'REINVITE');
    return new Promise((resolve) => {
      this.leaveGate = this.context.gate.admitSecond(line, resolve);
    });
  }

  private keepPilot(pilotDialog: SavedDialog): void {
    void this.steps.write({ attemptId: this.attemptId, state: 'TRANSFERRING', at: this.now(), pilotDialog });
  }

  private async handOver({ dialog }: AnsweredCall, conversation: Conversation | undefined): Promise<void> {
    const { conversations, queues } = this.context;
    this.phase = 'over';
    queues.handedOver(this.queueId, this.attemptId, conversation !== undefined);
    if (conversation) await conversations.begin(this.attemptId, this.queueId, conversation, dialog.lineId);
  }

  /** Undefined if a forced stop did not want to wait; an answer that comes later is hung up. */
  private async resultOf(call: OutboundCall): Promise<AnsweredCall | CallFailure | undefined> {
    const result = await Promise.race([call.answerOrFailure, this.aborted.promise]);
    if (result !== 'aborted') return result;
    const patience = deferred<undefined>();
    const timer = this.context.deps.clock.setTimer(ABORT_PATIENCE_MS, () => patience.resolve(undefined));
    const late = await Promise.race([call.answerOrFailure, patience.promise]);
    timer.cancel();
    if (late === undefined) {
      void call.answerOrFailure.then((answer) => (answer.kind === 'answered' ? answer.hangUp() : undefined));
    }
    return late;
  }

  /** Moves the state at once and writes the step behind. What the table does not allow (a late 180) is ignored. */
  private move(step: Omit<AttemptStep, 'attemptId' | 'at'>): Promise<boolean> {
    if (!mayMove(this.state, step.state)) return Promise.resolve(false);
    this.state = step.state;
    return this.steps.write({ ...step, attemptId: this.attemptId, at: this.now() });
  }

  private async close(outcome: AnswerOutcome): Promise<void> {
    const { attempts, events, log } = this.context.deps;
    const neverDialed = this.phase === 'preparing';
    this.phase = 'over';
    this.state = 'ENDED';
    this.leaveGate();
    if (neverDialed) this.context.gate.givenBack(this.campaign, 1);
    // Line and agent are free from here on, and need not wait for the commit.
    if (outcome.transferredAt === undefined) this.context.queues.ledger.dropped(this.attemptId);
    this.context.requestTick();
    const { leadStatus: statusBefore, attemptCount } = this.lead;
    const { attemptId, campaignId, campaign: policy } = this;
    const closing = { ...outcome, attemptId, campaignId, policy, statusBefore, attemptCount, neverDialed };
    const lead = await closeAttempt({ attempts, events, log }, closing);
    if (lead) this.context.attemptEnded(this.campaignId, lead);
    await this.saveRecording(outcome.termination.at);
  }

  private async saveRecording(at: Date): Promise<void> {
    const { amdRecordings, log } = this.context.deps;
    if (this.recording === null) return;
    try {
      await amdRecordings?.save(this.attemptId, this.recording, at);
    } catch (error) {
      log.warn({ err: error, attemptId: this.attemptId }, 'recording of the first seconds not kept');
    }
  }

  private back(reason: string): Termination {
    return givenBack(this.lead.leadStatus, reason, this.now());
  }

  private now(): Date {
    return this.context.deps.clock.now();
  }
}
