import type { AbandonedAttempt } from '../contracts/attempt-store.js';
import type { SavedDialog, SavedInvite } from '../contracts/telephony.js';
import type { Timer } from '../contracts/clock.js';
import type { EngineDeps } from '../contracts/engine.js';
import type { LeadDisposition } from '../domain/retry-policy.js';
import { engineRestarted, givenBack, transferred } from '../domain/terminations.js';
import { closeAttempt } from './close-attempt.js';

/** A line must be in service again before a left-over call can be ended over it: so often it is tried, so long apart. */
const TRIES = 6;
const RETRY_MS = 5_000;

/**
 * Closes what no live process owns: at the beginning of a tenure, and from time to time for claims that have expired
 * (engine.md, Crash, restart, faults). Calls that the PBX still holds are ended behind it.
 */
export class Recovery {
  private readonly timers = new Set<Timer>();
  private stopped = false;

  constructor(
    private readonly deps: EngineDeps,
    private readonly closed: (campaignId: string, lead: LeadDisposition) => void,
  ) {}

  /**
   * Rejects when the database does not answer; what was closed until then stays closed.
   * @param talking attempts whose transfer was complete: their conversations go on
   */
  async closeAbandoned(epoch: number, mine: ReadonlySet<string>, talking: ReadonlySet<string>): Promise<number> {
    const { attempts, clock, log } = this.deps;
    const abandoned = await attempts.findAbandoned(epoch, clock.now(), mine);
    // The people on the line first. The ends are written together: one after the other, each would be a commit.
    for (const { attemptId, invite, dialog, pilotDialog } of abandoned) {
      if (talking.has(attemptId)) continue;
      if (dialog) this.endCall(dialog);
      else if (invite) this.cancelCall(invite);
      if (pilotDialog) this.endCall(pilotDialog);
    }
    await Promise.all(abandoned.map((attempt) => this.close(attempt, talking.has(attempt.attemptId))));
    if (abandoned.length > 0) log.warn({ attempts: abandoned.length, epoch }, 'abandoned attempts closed');
    return abandoned.length;
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
  }

  private async close(attempt: AbandonedAttempt, isTalking: boolean): Promise<void> {
    const at = this.deps.clock.now();
    const wasDialed = attempt.state !== 'QUEUED' && attempt.state !== 'CHECKING_DNC';
    const lead = await closeAttempt(this.deps, {
      attemptId: attempt.attemptId,
      campaignId: attempt.campaignId,
      statusBefore: attempt.leadStatus,
      attemptCount: attempt.attemptCount,
      policy: attempt,
      // A row in DIALING may or may not have rung the phone; one before it certainly has not.
      termination: isTalking
        ? transferred(at)
        : wasDialed
          ? engineRestarted(at)
          : givenBack(attempt.leadStatus, 'engine-restarted', at),
      ...(isTalking && { transferredAt: at }),
    });
    if (lead) this.closed(attempt.campaignId, lead);
  }

  endCall(dialog: SavedDialog): void {
    this.tryToEnd(dialog.callId, () => this.deps.telephony.endLeftOverCall(dialog));
  }

  private cancelCall(invite: SavedInvite): void {
    this.tryToEnd(invite.callId, () => this.deps.telephony.cancelLeftOverCall(invite));
  }

  /** Behind the caller's back, and again if the line is not in service yet. */
  private tryToEnd(callId: string, end: () => Promise<boolean>, triesLeft = TRIES): void {
    const { clock, log } = this.deps;
    const ended = end().catch((error: unknown) => {
      // What an older release has kept may not be what is expected today: it must not keep the engine from dialing.
      log.error({ err: error }, 'left-over call not ended');
      return false;
    });
    void ended.then((confirmed) => {
      if (confirmed || triesLeft <= 1 || this.stopped) {
        log.info({ callId, confirmed }, 'left-over call ended');
        return;
      }
      const timer = clock.setTimer(RETRY_MS, () => {
        this.timers.delete(timer);
        this.tryToEnd(callId, end, triesLeft - 1);
      });
      this.timers.add(timer);
    });
  }
}
