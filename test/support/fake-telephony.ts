import type { SavedConversation } from '../../src/engine/contracts/conversation-store.js';
import type {
  AnsweredCall,
  CallEnd,
  CallFailure,
  CallRequest,
  CancelReason,
  Conversation,
  Line,
  OutboundCall,
  SavedDialog,
  SavedInvite,
  Telephony,
  TransferOutcome,
  TransferRequest,
  TrunkState,
} from '../../src/engine/contracts/telephony.js';
import type { AudioSource, Playback } from '../../src/engine/contracts/call-media.js';
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
  /** What was played to the far end, in milliseconds, and whether it was stopped. */
  readonly played: { readonly ms: number; how?: 'ended' | 'stopped' }[];
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
  readonly cancelledLeftOver: SavedInvite[] = [];
  /** What happens to the next call; default: it rings until somebody does something. */
  script: (request: CallRequest) => Script = () => ({ does: 'ring-on' });
  /** Called when a call is placed, before anything else. */
  onPlaced: (call: PlacedCall) => void = () => undefined;
  /** Called when the pilot takes a call. */
  onTransferred: (call: PlacedCall) => void = () => undefined;
  /** With it, a CANCEL is only noted, and the test says what comes of it. */
  cancelByHand = false;
  leftOverConfirmed = true;
  /** What becomes of a conversation of an earlier run; default: it cannot be rebuilt. */
  resume: (saved: SavedConversation) => Conversation | null = () => null;
  /** A transfer rejects, as for a mode that the adapter does not have. */
  refusesTransfers = false;
  /** Transfers take a second call, as by REINVITE; when each of them left. */
  takesSecondCalls = false;
  readonly secondCallsAtMs: number[] = [];
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly clock: FakeClock,
    private current: readonly Line[] = ports(10),
  ) {}

  lines(): readonly Line[] {
    return this.current;
  }

  line(id: string): Line | undefined {
    return this.current.find((line) => line.id === id);
  }

  /** As each trunk's first line. */
  trunks(): readonly TrunkState[] {
    const byTrunk = new Map(this.current.toReversed().map((line) => [line.trunkId, line]));
    return [...byTrunk.values()].map(({ trunkId, trunkName, health }) => ({ id: trunkId, name: trunkName, health }));
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

  cancelLeftOverCall(invite: SavedInvite): Promise<boolean> {
    this.cancelledLeftOver.push(invite);
    return Promise.resolve(this.leftOverConfirmed);
  }

  earlierCallsKnown(): void {
    // Nothing comes unasked.
  }

  resumeConversation(saved: SavedConversation): Promise<Conversation | null> {
    return Promise.resolve(this.resume(saved));
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
      played: [],
      ring: () => {
        if (rang || call.state !== 'calling') return;
        rang = true;
        request.onRinging(inviteOf(request));
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
              if (this.takesSecondCalls) void this.placeSecondCall(request, order);
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
          play: (source) => this.playSource(call, source, ended),
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

  /** The pilot answers it at once. */
  private async placeSecondCall(request: CallRequest, { secondCall }: TransferRequest): Promise<void> {
    if (!(await secondCall?.admit())) return;
    this.secondCallsAtMs.push(this.clock.monotonicMs());
    secondCall?.answered({ ...dialogOf(request), callId: `pilot of ${request.attemptId}` });
  }

  /** Takes as long as it would be heard. */
  private playSource(call: PlacedCall, source: AudioSource, ended: Promise<CallEnd>): Playback {
    const frame = new Int16Array(160);
    let ms = 0;
    while (source.next(frame)) ms += 20;
    const playing: PlacedCall['played'][number] = { ms };
    call.played.push(playing);
    let finish: (how: 'ended' | 'stopped') => void = () => undefined;
    const finished = new Promise<'ended' | 'stopped'>((resolve) => {
      finish = (how) => {
        playing.how ??= how;
        timer.cancel();
        resolve(how);
      };
    });
    const timer = this.clock.setTimer(ms, () => finish('ended'));
    void ended.then(() => finish('stopped'));
    return { finished, stop: () => finish('stopped') };
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
    maxParallelCalls: null,
    health: { state: 'IN_SERVICE', since: new Date(0) },
    ...over,
  }));
}

export function inviteOf(request: CallRequest): SavedInvite {
  return {
    lineId: request.lineId,
    server: { host: '127.0.0.1', port: 5060 },
    callId: request.attemptId,
    localTag: 'a',
    sequence: 1,
    branch: 'z9hG4bKa',
    localUri: 'sip:dialer@127.0.0.1',
    remoteUri: `sip:${request.phoneNumber}@127.0.0.1`,
  };
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
