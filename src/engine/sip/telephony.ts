import { isIP } from 'node:net';
import type { MediaSessions } from '../contracts/call-media.js';
import type { Clock } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import type {
  CallFailure,
  CallRequest,
  Line,
  OutboundCall,
  SavedDialog,
  Telephony,
  TrunkSettings,
} from '../contracts/telephony.js';
import { byeLeftOver } from './confirmed-call.js';
import { CALL_ID_PREFIX_LENGTH } from './endpoint.js';
import { maskNumber } from './masking.js';
import { SipOutboundCall } from './outbound-call.js';
import { hex64 } from './random.js';
import { pegFallbacks } from './sip-grammar.js';
import { installSipJsPatches } from './sipjs-patches.js';
import { openUdpSipSocket } from './transport/udp-sip-socket.js';
import type { SipCounters, SipSocket } from './transport/sip-socket.js';
import { isSameConnection, TrunkLink } from './trunk-link.js';

/** Long enough for a peer behind two proxies, short enough not to waste a lead's slot. Milliseconds. */
const NO_RESPONSE_TIMEOUT_MS = 8_000;

export interface SipTelephonyOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly media: MediaSessions;
  /** IP address to bind; default 127.0.0.1. With 0.0.0.0 or `::` an `advertisedHost` is needed. */
  readonly localHost?: string;
  /** UDP port to bind; 0: any free one. */
  readonly sipPort: number;
  /** IP address under which peers reach us, for Via, Contact and SDP; default `localHost`. */
  readonly advertisedHost?: string;
  /** Value of the User-Agent header. */
  readonly userAgent: string;
  /** Milliseconds without any response to an INVITE before the server is given up; default 8,000. */
  readonly noResponseTimeoutMs?: number;
  /** For tests: share of SIP datagrams to lose in each direction, 0 to 1, decided by `random`. */
  readonly loss?: { readonly rate: number; readonly random: () => number };
}

export interface SipTelephony extends Telephony {
  /** Replaces the trunks. Those unchanged keep their health; calls on those gone go on to their end. */
  configure(trunks: readonly TrunkSettings[]): void;
  readonly localPort: number;
  readonly counters: Readonly<SipCounters>;
  /** Ends what is left without waiting for the network, and frees the socket. Drain before. */
  close(): Promise<void>;
}

/** Rejects if the address cannot be bound, or if sip.js is not the release that this adapter repairs. */
export const createSipTelephony = async (options: SipTelephonyOptions): Promise<SipTelephony> => {
  const host = options.localHost ?? '127.0.0.1';
  const { advertisedHost } = options;
  if (isIP(advertisedHost ?? host) === 0) throw new Error('The SIP address must be an IP address');
  if (/^(?:0\.0\.0\.0|::)$/.test(advertisedHost ?? host)) {
    throw new Error('Bound to all addresses, SIP needs an advertised address for Via, Contact and SDP');
  }
  installSipJsPatches();
  const socket = await openUdpSipSocket({
    clock: options.clock,
    log: options.log,
    host,
    port: options.sipPort,
    userAgent: options.userAgent,
    callIdPrefixLength: CALL_ID_PREFIX_LENGTH,
    ...(advertisedHost === undefined ? {} : { advertisedHost }),
    ...(options.loss === undefined ? {} : { loss: options.loss }),
  });
  return new SipJsTelephony(socket, options, advertisedHost ?? host);
};

/** E.164 or an internal number; anything else could break out of the header that it is put into. */
const DIALABLE = /^\+?[\d*#]{1,40}$/;

class SipJsTelephony implements SipTelephony {
  private readonly trunks = new Map<string, TrunkLink>();
  private retired: TrunkLink[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly calls = new Set<SipOutboundCall>();
  /** Differs from run to run, so that a message for an earlier process finds nobody. */
  private readonly runId = hex64().slice(0, 8);
  private endpointCount = 0;
  private cachedLines: readonly Line[] | null = null;
  private closed = false;
  private resolveClosing!: (ended: false) => void;
  private readonly closing = new Promise<false>((resolve) => {
    this.resolveClosing = resolve;
  });

  constructor(
    private readonly socket: SipSocket,
    private readonly options: SipTelephonyOptions,
    private readonly mediaHost: string,
  ) {}

  get localPort(): number {
    return this.socket.localPort;
  }

  get counters(): Readonly<SipCounters> {
    return this.socket.counters;
  }

  configure(trunks: readonly TrunkSettings[]): void {
    const wanted = new Map(trunks.map((trunk) => [trunk.id, trunk]));
    this.retired = this.retired.filter((link) => !link.isGone);
    for (const [id, link] of this.trunks) {
      const settings = wanted.get(id);
      if (settings && isSameConnection(settings, link.current)) {
        link.rename(settings);
      } else {
        this.trunks.delete(id);
        this.retired.push(link);
        link.retire();
      }
    }
    const kept = new Map(this.trunks);
    this.trunks.clear();
    for (const [id, settings] of wanted) this.trunks.set(id, kept.get(id) ?? this.newLink(settings));
    this.linesChanged();
  }

  lines(): readonly Line[] {
    this.cachedLines ??= [...this.trunks.values()].map((link) => link.line);
    return this.cachedLines;
  }

  onLinesChanged(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  placeCall(request: CallRequest): OutboundCall {
    if (!DIALABLE.test(request.phoneNumber)) throw new Error('Malformed telephone number');
    if (request.callerId !== null && !DIALABLE.test(request.callerId)) throw new Error('Malformed caller-ID');
    const link = this.trunks.get(request.lineId);
    const endpoint = link?.endpoint;
    if (!link || !endpoint || this.closed) return failedCall({ localCause: 'no-line' });
    const log = this.options.log.child({ attemptId: request.attemptId });
    log.debug({ trunkId: request.lineId, number: maskNumber(request.phoneNumber) }, 'INVITE');
    const call = new SipOutboundCall(request, {
      clock: this.options.clock,
      log,
      media: this.options.media,
      endpoint,
      mediaHost: this.mediaHost,
      noResponseTimeoutMs: this.options.noResponseTimeoutMs ?? NO_RESPONSE_TIMEOUT_MS,
      onOutcome: (outcome) => {
        link.record(outcome, endpoint);
        if (outcome.kind === 'failed') this.calls.delete(call);
        else outcome.ended.finally(() => this.calls.delete(call)).catch(() => undefined);
      },
    });
    this.calls.add(call);
    return call;
  }

  async endLeftOverCall(dialog: SavedDialog): Promise<boolean> {
    const link = this.trunks.get(dialog.lineId);
    await link?.resolved;
    const endpoint = link?.endpoint;
    const session = endpoint?.restoreDialog(dialog) ?? null;
    if (!endpoint || !session || this.closed) return false;
    const release = this.socket.adopt(dialog.callId, endpoint);
    try {
      return await Promise.race([byeLeftOver(session), this.closing]);
    } finally {
      release();
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.resolveClosing(false);
    for (const call of this.calls) call.abort();
    for (const link of [...this.trunks.values(), ...this.retired]) link.dispose();
    this.trunks.clear();
    this.listeners.clear();
    this.options.log.debug({ ...this.counters, pegFallbacks: Object.fromEntries(pegFallbacks) }, 'SIP closed');
    await this.socket.close();
  }

  private newLink(settings: TrunkSettings): TrunkLink {
    return new TrunkLink(settings, {
      clock: this.options.clock,
      log: this.options.log,
      socket: this.socket,
      userAgent: this.options.userAgent,
      newCallIdPrefix: () =>
        `${this.runId}${(this.endpointCount++ % 46_656).toString(36)}`.padEnd(CALL_ID_PREFIX_LENGTH, '-'),
      changed: () => this.linesChanged(),
    });
  }

  private linesChanged(): void {
    this.cachedLines = null;
    for (const listener of this.listeners) listener();
  }
}

const failedCall = (facts: Partial<CallFailure>): OutboundCall => ({
  answerOrFailure: Promise.resolve({
    kind: 'failed',
    reasonHeaders: [],
    rang: false,
    provisionalSeen: false,
    ...facts,
  }),
  cancel: () => undefined,
});
