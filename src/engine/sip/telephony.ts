import { isDeepStrictEqual } from 'node:util';
import type { MediaSessions } from '../contracts/call-media.js';
import type { Clock } from '../contracts/clock.js';
import type { DialogSubscriptions } from '../contracts/dialog-subscriptions.js';
import type { Log } from '../contracts/log.js';
import type { SavedConversation } from '../contracts/conversation-store.js';
import type {
  CallFailure,
  CallRequest,
  Conversation,
  Line,
  OutboundCall,
  SavedDialog,
  SavedInvite,
  Telephony,
  TrunkSettings,
  TrunkState,
} from '../contracts/telephony.js';
import { resumeConversation } from './resumed-conversation.js';
import { byeLeftOver, serverOf } from './saved-dialog.js';
import { cancelLeftOver } from './saved-invite.js';
import { assertSipJsWorks } from './canned-call.js';
import { SipDialogSubscriptions } from './dialog-subscriptions.js';
import { CALL_ID_PREFIX_LENGTH, callIdPrefixes } from './call-id-prefixes.js';
import type { Endpoint } from './endpoint.js';
import { FailoverCall } from './failover-call.js';
import { Lines } from './lines.js';
import { maskNumber } from './masking.js';
import { SipOutboundCall } from './outbound-call.js';
import { pegFallbacks } from './sip-grammar.js';
import { installSipJsPatches } from './sipjs-patches.js';
import { type NameResolver, systemResolver } from './srv-lookup.js';
import { openSipSockets, type SipSockets } from './transport/sip-sockets.js';
import type { SipCertificate, SipTlsOptions } from './transport/stream-transport.js';
import type { SipCounters, SipSocket } from './transport/sip-socket.js';
import type { CallRoute, TrunkLink } from './trunk-link.js';
import type { TrunkServer } from './trunk-server.js';

/** Long enough for a peer behind two proxies, short enough not to waste a lead's slot. Milliseconds. */
const NO_RESPONSE_TIMEOUT_MS = 8_000;
/** Often enough that a dead server is known before the next call, seldom enough for any peer. Milliseconds. */
const OPTIONS_INTERVAL_MS = 30_000;

export interface SipTelephonyOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly media: MediaSessions;
  /** IP addresses to bind, at most one of each family; default 127.0.0.1. */
  readonly localHosts?: readonly string[];
  /** Port of UDP and TCP; 0: any free ones. */
  readonly sipPort: number;
  /** IP addresses for Via, Contact and SDP if peers reach us under others than `localHosts`, at most one of each family. */
  readonly advertisedHosts?: readonly string[];
  readonly tls?: SipTlsOptions;
  /** Value of the User-Agent header. */
  readonly userAgent: string;
  /** Milliseconds without any response to an INVITE or REGISTER before the server is given up; default 8,000. */
  readonly noResponseTimeoutMs?: number;
  /** Milliseconds without a word from a server before OPTIONS are sent to it; default 30,000. */
  readonly optionsIntervalMs?: number;
  /** DNS; default that of the system. */
  readonly resolver?: NameResolver;
  /** Calls of an earlier run will be gone on with, or ended, and then `earlierCallsKnown` is called; default false. */
  readonly awaitEarlierCalls?: boolean;
}

export interface SipTelephony extends Telephony {
  /**
   * Replaces the trunks and their ports. Those unchanged keep their health and registration; calls on those gone go on to
   * their end.
   */
  configure(trunks: readonly TrunkSettings[]): void;
  /** Over the trunks that are configured; ended by `close`. */
  readonly dialogs: DialogSubscriptions;
  readonly localPort: number;
  /** In place of the one of `tls`, for connections from now on. Throws if it does not fit its key; then nothing has changed. */
  useCertificate(renewed: SipCertificate): void;
  readonly counters: Readonly<SipCounters>;
  /** Ends the calls that are left without waiting for them, unregisters within two seconds, frees the sockets. Drain before. */
  close(): Promise<void>;
}

/** Rejects if the address cannot be bound, or if sip.js is not the release that this adapter repairs. */
export const createSipTelephony = async (options: SipTelephonyOptions): Promise<SipTelephony> => {
  installSipJsPatches();
  assertSipJsWorks(options.clock, options.log);
  const sockets = await openSipSockets({
    clock: options.clock,
    log: options.log,
    hosts: options.localHosts ?? ['127.0.0.1'],
    port: options.sipPort,
    userAgent: options.userAgent,
    callIdPrefixLength: CALL_ID_PREFIX_LENGTH,
    ...(options.advertisedHosts && { advertisedHosts: options.advertisedHosts }),
    ...(options.tls && { tls: options.tls }),
    ...(options.awaitEarlierCalls && { awaitEarlierCalls: true }),
  });
  const socket = sockets.socketFor('UDP', sockets.families[0] ?? 4);
  if (!socket) throw new Error('No SIP socket');
  return new SipJsTelephony(sockets, socket, options);
};

/** E.164 or an internal number; anything else could break out of the header that it is put into. */
const DIALABLE = /^\+?[\d*#]{1,40}$/;

class SipJsTelephony implements SipTelephony {
  readonly dialogs: SipDialogSubscriptions;
  private readonly trunkLines: Lines;
  private readonly calls = new Set<SipOutboundCall>();
  private closed = false;
  private resolveClosing!: (ended: false) => void;
  private readonly closing = new Promise<false>((resolve) => {
    this.resolveClosing = resolve;
  });

  constructor(
    private readonly sockets: SipSockets,
    private readonly socket: SipSocket,
    private readonly options: SipTelephonyOptions,
  ) {
    this.trunkLines = new Lines({
      clock: options.clock,
      log: options.log,
      sockets,
      userAgent: options.userAgent,
      newCallIdPrefix: callIdPrefixes(),
      resolver: options.resolver ?? systemResolver(),
      random: Math.random,
      answerTimeoutMs: this.noResponseTimeoutMs,
      optionsIntervalMs: options.optionsIntervalMs ?? OPTIONS_INTERVAL_MS,
    });
    this.dialogs = new SipDialogSubscriptions({
      clock: options.clock,
      random: Math.random,
      answerTimeoutMs: this.noResponseTimeoutMs,
      lines: this.trunkLines,
    });
  }

  private get noResponseTimeoutMs(): number {
    return this.options.noResponseTimeoutMs ?? NO_RESPONSE_TIMEOUT_MS;
  }

  get localPort(): number {
    return this.socket.advertised.port;
  }

  get counters(): Readonly<SipCounters> {
    return this.sockets.counters;
  }

  configure(trunks: readonly TrunkSettings[]): void {
    this.trunkLines.configure(trunks);
  }

  lines(): readonly Line[] {
    return this.trunkLines.all();
  }

  line(id: string): Line | undefined {
    return this.trunkLines.find(id);
  }

  trunks(): readonly TrunkState[] {
    return this.trunkLines.trunks();
  }

  onLinesChanged(changed: () => void): () => void {
    return this.trunkLines.onChanged(changed);
  }

  placeCall(request: CallRequest): OutboundCall {
    if (!DIALABLE.test(request.phoneNumber)) throw new Error('Malformed telephone number');
    if (request.callerId !== null && !DIALABLE.test(request.callerId)) throw new Error('Malformed caller-ID');
    const link = this.trunkLines.linkOf(request.lineId);
    const nextRoute = (tried: ReadonlySet<TrunkServer>): CallRoute | undefined =>
      this.closed ? undefined : link?.route(request.lineId, tried);
    const first = nextRoute(new Set());
    if (!link || !first) return failedCall({ localCause: 'no-line' });
    const log = this.options.log.child({ attemptId: request.attemptId });
    log.debug({ trunkId: link.current.id, number: maskNumber(request.phoneNumber) }, 'INVITE');
    return new FailoverCall(first, { nextRoute, dial: (route) => this.dial(request, link, route, log) });
  }

  private dial(request: CallRequest, link: TrunkLink, route: CallRoute, log: Log): SipOutboundCall {
    const { endpoint } = route;
    const isOver = link.callBegins(request.lineId);
    const call: SipOutboundCall = new SipOutboundCall(request, {
      clock: this.options.clock,
      log,
      media: this.options.media,
      endpoint,
      mediaHost: endpoint.options.socket.advertised.host,
      noResponseTimeoutMs: this.noResponseTimeoutMs,
      onOutcome: (outcome) => {
        link.record(request.lineId, outcome, route);
        const ended = outcome.kind === 'failed' ? Promise.resolve() : outcome.ended;
        void ended.then(() => {
          this.calls.delete(call);
          isOver();
        });
      },
    });
    this.calls.add(call);
    return call;
  }

  endLeftOverCall(dialog: SavedDialog): Promise<boolean> {
    return this.adoptFor(dialog, (endpoint) => {
      const session = endpoint.restoreDialog(dialog);
      const { server } = dialog;
      const isSameServer = server === undefined || isDeepStrictEqual(serverOf(endpoint), server);
      return session ? byeLeftOver(session, isSameServer) : false;
    });
  }

  cancelLeftOverCall(invite: SavedInvite): Promise<boolean> {
    return this.adoptFor(invite, (endpoint) => cancelLeftOver(endpoint, invite));
  }

  /** Has what is sent for a call of an earlier run get its answers, though it is not the Call-ID of one of ours. */
  private async adoptFor(
    { lineId, callId, server }: Pick<SavedDialog, 'lineId' | 'callId' | 'server'>,
    send: (endpoint: Endpoint) => Promise<boolean> | boolean,
  ): Promise<boolean> {
    const link = this.trunkLines.linkOf(lineId);
    await link?.resolved;
    const endpoint = link?.endpointFor(lineId, server);
    if (!endpoint || this.closed) return false;
    const release = endpoint.options.socket.adopt(callId, endpoint);
    try {
      return await Promise.race([send(endpoint), this.closing]);
    } finally {
      release();
    }
  }

  async resumeConversation(saved: SavedConversation): Promise<Conversation | null> {
    const { lineId, server } = saved.customer.dialog;
    const link = this.trunkLines.linkOf(lineId);
    await link?.resolved;
    const endpoint = link?.endpointFor(lineId, server);
    if (!endpoint || this.closed) return null;
    return resumeConversation(saved, endpoint, this.options);
  }

  useCertificate(renewed: SipCertificate): void {
    this.sockets.useCertificate(renewed);
  }

  earlierCallsKnown(): void {
    this.sockets.earlierCallsKnown();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.resolveClosing(false);
    for (const call of this.calls) call.abort();
    await this.dialogs.close();
    await this.trunkLines.unregister();
    this.trunkLines.dispose();
    this.options.log.debug({ ...this.counters, pegFallbacks: Object.fromEntries(pegFallbacks) }, 'SIP closed');
    await this.sockets.close();
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
