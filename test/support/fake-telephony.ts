import type {
  AnsweredCall,
  CallEnd,
  CallFailure,
  CallRequest,
  CancelReason,
  Line,
  OutboundCall,
  SavedDialog,
  Telephony,
  TransferOutcome,
  TransferRequest,
} from '../../src/engine/contracts/telephony.js';
import type { FakeClock } from './fake-clock.js';

/** What the far end does with a call; every time in milliseconds from the step before. */
export type Script =
  | { readonly does: 'fail'; readonly afterMs: number; readonly rang?: boolean; readonly sipStatus: number }
  | { readonly does: 'ring-on' }
  | {
      readonly does: 'answer';
      readonly afterMs: number;
      readonly transferMs?: number;
      readonly transfer?: TransferOutcome;
      /** The customer hangs up so long after the answer, unless transferred by then. */
      readonly hangsUpMs?: number;
    };

export interface PlacedCall {
  readonly request: CallRequest;
  readonly placedAtMs: number;
  /** Why it was cancelled. */
  cancelled?: CancelReason;
  state: 'calling' | 'answered' | 'over';
  hungUp: boolean;
  transferredTo?: string;
  /** Has the far end do something now. */
  ring(): void;
  answer(options?: { readonly transferMs?: number; readonly transfer?: TransferOutcome; hangsUpMs?: number }): void;
  fail(failure: Partial<CallFailure>): void;
  end(end: CallEnd): void;
}

/** Lines and a far end by script, on the fake clock. */
export class FakeTelephony implements Telephony {
  readonly calls: PlacedCall[] = [];
  readonly leftOver: SavedDialog[] = [];
  /** What happens to the next call; default: it rings until somebody does something. */
  script: (request: CallRequest) => Script = () => ({ does: 'ring-on' });
  /** Called when a call is placed, before anything else. */
  onPlaced: (call: PlacedCall) => void = () => undefined;
  /** Called when the pilot takes a call. */
  onTransferred: (call: PlacedCall) => void = () => undefined;
  /** With it, a CANCEL is only noted, and the test says what comes of it. */
  cancelByHand = false;
  leftOverConfirmed = true;
  /** A transfer rejects, as for a mode that the adapter does not have. */
  refusesTransfers = false;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly clock: FakeClock,
    private current: readonly Line[] = ports(10),
  ) {}

  lines(): readonly Line[] {
    return this.current;
  }

  setLines(lines: readonly Line[]): void {
    this.current = lines;
    for (const listener of this.listeners) listener();
  }

  onLinesChanged(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  endLeftOverCall(dialog: SavedDialog): Promise<boolean> {
    this.leftOver.push(dialog);
    return Promise.resolve(this.leftOverConfirmed);
  }

  /** Calls that are neither over nor transferred. */
  open(): readonly PlacedCall[] {
    return this.calls.filter((call) => call.state !== 'over');
  }

  get last(): PlacedCall {
    const call = this.calls.at(-1);
    if (!call) throw new Error('no call was placed');
    return call;
  }

  placeCall(request: CallRequest): OutboundCall {
    let resolve: (result: AnsweredCall | CallFailure) => void = () => undefined;
    const answerOrFailure = new Promise<AnsweredCall | CallFailure>((done) => (resolve = done));
    let rang = false;
    let resolveEnd: (end: CallEnd) => void = () => undefined;
    const ended = new Promise<CallEnd>((done) => (resolveEnd = done));
    const ringTimer = this.clock.setTimer(request.ringTimeoutMs, () => call.fail({ localCause: 'ring-timeout' }));
    const clock = this.clock;
    const call: PlacedCall = {
      request,
      placedAtMs: this.clock.monotonicMs(),
      state: 'calling',
      hungUp: false,
      ring: () => {
        if (rang || call.state !== 'calling') return;
        rang = true;
        request.onRinging();
      },
      fail: (failure) => {
        if (call.state !== 'calling') return;
        ringTimer.cancel();
        call.state = 'over';
        resolve({ kind: 'failed', reasonHeaders: [], rang, provisionalSeen: true, ...failure });
      },
      end: (end) => {
        if (call.state === 'over') return;
        call.state = 'over';
        resolveEnd(end);
      },
      answer: ({ transferMs = 0, transfer, hangsUpMs } = {}) => {
        if (call.state !== 'calling') return;
        ringTimer.cancel();
        call.state = 'answered';
        if (hangsUpMs !== undefined) clock.setTimer(hangsUpMs, () => call.end({ by: 'callee' }));
        resolve({
          kind: 'answered',
          cancelled: call.cancelled !== undefined,
          dialog: dialogOf(request),
          ended,
          transfer: (order: TransferRequest) => {
            if (this.refusesTransfers) return Promise.reject(new Error('no such mode'));
            const outcome: TransferOutcome = transfer ?? { kind: 'completed' };
            call.transferredTo = order.pilotNumber;
            return new Promise<TransferOutcome>((done) => {
              void ended.then(() => done({ kind: 'customer-hung-up' }));
              clock.setTimer(transferMs, () => {
                if (call.state === 'over') return;
                if (outcome.kind === 'completed') {
                  call.state = 'over';
                  this.onTransferred(call);
                }
                done(outcome);
              });
            });
          },
          hangUp: () => {
            call.hungUp = true;
            call.end({ by: 'dialer' });
            return Promise.resolve();
          },
        });
      },
    };
    this.calls.push(call);
    this.onPlaced(call);
    this.play(call, this.script(request));
    return {
      answerOrFailure,
      cancel: (reason) => {
        if (call.state !== 'calling') return;
        call.cancelled = reason;
        if (!this.cancelByHand) call.fail({ localCause: 'cancelled', cancelReason: reason, sipStatus: 487 });
      },
    };
  }

  private play(call: PlacedCall, script: Script): void {
    switch (script.does) {
      case 'ring-on':
        this.clock.setTimer(100, () => call.ring());
        return;
      case 'fail':
        this.clock.setTimer(script.afterMs, () => {
          if (script.rang) call.ring();
          call.fail({ sipStatus: script.sipStatus });
        });
        return;
      case 'answer':
        this.clock.setTimer(script.afterMs / 2, () => call.ring());
        this.clock.setTimer(script.afterMs, () => call.answer(script));
        return;
    }
  }
}

/** Dialer ports of one trunk, each for one call. */
export function ports(count: number, over: Partial<Line> = {}): readonly Line[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `port-${index + 1}`,
    trunkId: 'trunk-1',
    trunkName: 'Trunk 1',
    portName: `10${index + 1}`,
    capacity: 1,
    maxCallsPerSecond: null,
    health: { state: 'IN_SERVICE', since: new Date(0) },
    ...over,
  }));
}

function dialogOf(request: CallRequest): SavedDialog {
  return {
    lineId: request.lineId,
    callId: request.attemptId,
    localTag: 'a',
    remoteTag: 'b',
    localSequence: 1,
    remoteSequence: null,
    localUri: 'sip:dialer@127.0.0.1',
    remoteUri: `sip:${request.phoneNumber}@127.0.0.1`,
    remoteTarget: 'sip:127.0.0.1',
    routeSet: [],
  };
}
