import type { LocalCause, RawEvidence } from '../domain/termination.js';
import type { LineState, SipTransport, TransferMode } from '../domain/line-state.js';
import type { SavedConversation } from './conversation-store.js';
import type { AudioSource, CallMediaSink, Playback } from './call-media.js';

/**
 * Places calls. The SIP adapter implements it; tests use a scripted one with a fake clock.
 *
 * Telephony results (busy, no answer, trunk away) are values. A method throws, or a promise rejects, only on misuse.
 */
export interface Telephony {
  /** The lines that calls can go out on, with their health. Cheap: it is read at every tick. */
  lines(): readonly Line[];
  /** Undefined: there is none of that id. */
  line(id: string): Line | undefined;
  /** Each trunk as a whole, whether its calls go out by itself or through its ports. */
  trunks(): readonly TrunkState[];
  /** `changed` is called after a line came, went, or changed its health. Returns the function that ends this. */
  onLinesChanged(changed: () => void): () => void;
  /**
   * Sends an INVITE over the line. The caller has acquired the line and has committed the attempt as `DIALING` before.
   * Never throws for what the network does: that comes in `answerOrFailure`.
   */
  placeCall(request: CallRequest): OutboundCall;
  /**
   * Ends a call that an earlier run of the engine left on the PBX: rebuilds the dialog and sends BYE. Resolves true if
   * the far end confirmed, false if it did not answer or the dialog cannot be rebuilt.
   */
  endLeftOverCall(dialog: SavedDialog): Promise<boolean>;
  /**
   * Cancels a call that rang when an earlier run of the engine ended. Resolves true if the far end has taken the CANCEL or
   * knows of no such call, false if it did not answer or the request cannot be rebuilt.
   */
  cancelLeftOverCall(invite: SavedInvite): Promise<boolean>;
  /**
   * Goes on with a conversation of an earlier run. Resolves null if its dialogs cannot be rebuilt, or if its media had passed
   * that run.
   */
  resumeConversation(saved: SavedConversation): Promise<Conversation | null>;
  /**
   * All that an earlier run left has been gone on with, or is being ended. Until then a request within a call that is not
   * known gets no answer over UDP: the peer repeats it, whereas by 481 it would take that side for over, and the other
   * side would not hear of it.
   */
  earlierCallsKnown(): void;
}

/** A line: one dialer port (capacity 1), or a trunk without registration (capacity: its channels). */
export interface Line {
  /** Id of the dialer port or of the trunk. */
  readonly id: string;
  readonly trunkId: string;
  readonly trunkName: string;
  /** User name of the dialer port; null for a trunk without registration. */
  readonly portName: string | null;
  /** Calls that it carries at a time, 1 or more. */
  readonly capacity: number;
  /** Cap on the calls per second of its trunk; null: the installation's cap alone. */
  readonly maxCallsPerSecond: number | null;
  /** Cap on the parallel calls of its trunk; null: what its lines carry. */
  readonly maxParallelCalls: number | null;
  readonly health: LineHealth;
}

export interface TrunkState {
  readonly id: string;
  readonly name: string;
  /** In service if any of its ports is, where it has ports; then `message` tells how many are not. */
  readonly health: LineHealth;
  /** Some of its servers are out, and it works by the others; absent: all are up, or none is. */
  readonly failover?: Failover;
}

/** `since`: when the first of the servers that are out went. */
export type Failover = Omit<LineHealth, 'state'> & { readonly message: string };

export interface LineHealth {
  readonly state: LineState;
  readonly since: Date;
  /** 300 to 699: the last SIP response that was a fault. */
  readonly sipStatus?: number;
  /** In English and without secrets. */
  readonly message?: string;
  readonly nextTryAt?: Date;
}

export interface CallRequest {
  readonly attemptId: string;
  readonly lineId: string;
  /** E.164 with the leading `+`; the trunk's own way of writing numbers is the adapter's business. */
  readonly phoneNumber: string;
  /** Number to show to the called; null: the line's own. */
  readonly callerId: string | null;
  /** Milliseconds from the INVITE until it is cancelled if nobody answers; engine.md: 15,000 to 60,000. */
  readonly ringTimeoutMs: number;
  /** Receives the audio of the far end from the answer on; absent: it is received and dropped. */
  readonly media?: CallMediaSink;
  /** Called at most once, at the first 18x; never after `answerOrFailure` has resolved. */
  readonly onRinging: (invite: SavedInvite) => void;
}

/** Why the dialer itself cancels a call that is not answered. */
export type CancelReason = 'campaign-stopped' | 'engine-draining' | 'recovery' | 'customer-hung-up';

export interface OutboundCall {
  /**
   * Resolves once, with the answer or with what went wrong. A 200 that crosses a CANCEL or the ring time-out is an
   * answer (sip-outcomes B8, races 1 and 2), and then `cancelled` says so.
   */
  readonly answerOrFailure: Promise<AnsweredCall | CallFailure>;
  /** CANCEL; has no effect once the call is answered or has failed. `answerOrFailure` still resolves. */
  cancel(reason: CancelReason): void;
}

export interface AnsweredCall {
  readonly kind: 'answered';
  /** The dialer had sent CANCEL already when the answer came. */
  readonly cancelled: boolean;
  readonly dialog: SavedDialog;
  /** Resolves when the far end has sent BYE, the dialog was lost, or `hangUp` was called. */
  readonly ended: Promise<CallEnd>;
  /**
   * Moves the customer to the target. Resolves with the outcome, never before it is known; afterwards the dialer's leg
   * is gone if it succeeded, and the caller hangs up if it failed or was lost.
   */
  transfer(request: TransferRequest): Promise<TransferOutcome>;
  /** Plays audio to the far end; another one stops the one before. `stopped` at once when the call is over. */
  play(source: AudioSource): Playback;
  /** BYE; idempotent. Resolves when the dialog is over for us, at the latest after 32 s (64 × T1). */
  hangUp(): Promise<void>;
}

export interface CallEnd extends Pick<RawEvidence, 'sipReason' | 'q850Cause'> {
  readonly by: 'callee' | 'dialer' | 'network';
}

/** Everything that the outcome is derived from (sip-outcomes B1); kept raw with the attempt. */
export interface CallFailure {
  readonly kind: 'failed';
  readonly localCause?: LocalCause;
  readonly cancelReason?: CancelReason;
  /** 300 to 699; absent if no final response came. */
  readonly sipStatus?: number;
  readonly reasonPhrase?: string;
  /** Values of all Reason headers of the final response, in order. */
  readonly reasonHeaders: readonly string[];
  /** Value of the Retry-After header in seconds, 0 or more. */
  readonly retryAfterSeconds?: number;
  /** The Warning headers of the final response (RFC 3261, 20.43), comma separated. */
  readonly warning?: string;
  /** 100 to 199: the last provisional response; 100 only if no other came. */
  readonly lastProvisional?: number;
  /** A provisional response other than 100 came. */
  readonly rang: boolean;
  /** Any provisional response came, 100 included. */
  readonly provisionalSeen: boolean;
}

export interface TransferRequest {
  readonly mode: TransferMode;
  /** Digits, a leading `+`, `*` and `#`. */
  readonly pilotNumber: string;
  /** Milliseconds to wait for the outcome: 5,000 to 600,000. */
  readonly timeoutMs: number;
  /** Asked and told where the transfer takes a second call; absent: nobody wants to know. */
  readonly secondCall?: SecondCall;
}

/** The call to the pilot, as whoever orders the transfer sees it. */
export interface SecondCall {
  /** Resolves when it may leave: as soon as the caps on calls per second allow it. False: it must not, any more. */
  admit(): Promise<boolean>;
  /** The pilot has answered; what is kept of it ends the call after a crash, as long as nothing is kept of the conversation. */
  answered(dialog: SavedDialog): void;
}

export type TransferOutcome =
  /** The pilot took the call. With `conversation` the call stays on the dialer's line until the two have done talking. */
  | { readonly kind: 'completed'; readonly conversation?: Conversation }
  /** It was refused or failed, by the answer to the REFER, the sipfrag, or the pilot's response. */
  | { readonly kind: 'failed'; readonly cause: 'refused' | 'failed' | 'timeout'; readonly evidence?: RawEvidence }
  /** The customer hung up before there was an outcome; with the Reason of his BYE. */
  | { readonly kind: 'customer-hung-up'; readonly evidence?: RawEvidence }
  /** The customer's call was lost before there was an outcome (sip-outcomes B8, race 18). */
  | { readonly kind: 'dialog-lost'; readonly evidence?: RawEvidence };

/** Customer and pilot talk to each other, and the dialer stays in the signalling path (transfer by REINVITE). */
export interface Conversation {
  /** Their media could not be joined and passes the dialer; such a conversation ends with the process. */
  readonly isRelayed: boolean;
  /** Resolves when both calls are over; also, without a word to either, when the telephony closes. */
  readonly ended: Promise<void>;
  /** Its state as of now, for `resumeConversation`. */
  save(): SavedConversation;
  /** BYE to both. */
  end(): Promise<void>;
}

/** The address that a call's requests go to: of several servers of a trunk, another one need not know of the call. */
export interface SavedServer {
  readonly host: string;
  readonly port: number;
}

/** What is needed to end a call after a crash (sip.md, section 8); stored with the attempt from the answer on. */
export interface SavedDialog {
  readonly lineId: string;
  readonly server?: SavedServer;
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly localSequence: number;
  readonly remoteSequence: number | null;
  readonly localUri: string;
  readonly remoteUri: string;
  readonly remoteTarget: string;
  readonly routeSet: readonly string[];
}

/** What is needed to cancel a call after a crash (RFC 3261, 9.1); stored with the attempt while it rings. */
export interface SavedInvite {
  readonly lineId: string;
  readonly server: SavedServer;
  readonly callId: string;
  readonly localTag: string;
  readonly sequence: number;
  /** Of its Via; the CANCEL has the same. */
  readonly branch: string;
  readonly localUri: string;
  readonly remoteUri: string;
}

/** What the telephony adapter must know of a trunk; a change of it takes effect on the next call. */
export interface TrunkSettings {
  readonly id: string;
  /** Grows with every edit. After one, what backs off is tried at once. */
  readonly version: number;
  readonly name: string;
  /**
   * In order of preference; an IP address or a host name. Port null: for a name what its SRV records say, else 5060 (5061
   * with TLS).
   */
  readonly servers: readonly { readonly host: string; readonly sipPort: number | null }[];
  readonly transport: SipTransport;
  /** All requests go there first (RFC 3261, 8.1.2: a pre-set route). */
  readonly outboundProxy: { readonly host: string; readonly sipPort: number | null } | null;
  /** Calls at a time without registration, 1 or more; null: the trunk has registered ports instead. */
  readonly channels: number | null;
  /** Where `channels` is null: the ports that register at its servers. */
  readonly ports: readonly PortSettings[];
  /** For digest, and the user of From while the caller-ID is null. */
  readonly username: string | null;
  /** Never logged. */
  readonly password: string | null;
  /** Cap on new calls per second; null: the installation's cap alone. */
  readonly maxCallsPerSecond: number | null;
  /** Cap on calls at a time, 1 or more; null: as many as its channels or ports carry. */
  readonly maxParallelCalls: number | null;
}

/** A dialer port: one SIP subscriber. */
export interface PortSettings {
  readonly id: string;
  /** Unique in the trunk. */
  readonly username: string;
  /** Never logged. */
  readonly password: string;
}
