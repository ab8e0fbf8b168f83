import { Core, Grammar, URI, UserAgent } from 'sip.js';
import type { Clock } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import type { SavedDialog } from '../contracts/telephony.js';
import { type Credentials, disposeSuperseded, setCredentials } from './digest.js';
import { maskText } from './masking.js';
import { hex64 } from './random.js';
import { TimerGroup } from './timer-group.js';
import { SUPPORTED_OPTION_TAGS } from './transport/message-fault.js';
import { PortTransport } from './transport/port-transport.js';
import type { SipAddress, SipReceiver, SipSocket } from './transport/sip-socket.js';

/** A CSeq further on than anything that was sent after the dialog had been saved. */
const RESTORED_CSEQ_STEP = 100;

export interface EndpointOptions {
  readonly clock: Clock;
  readonly socket: SipSocket;
  readonly log: Log;
  /** The server, or the outbound proxy, that every request goes to. */
  readonly destination: SipAddress;
  /** Host of request URIs, From and To, as the operator wrote it, with its port if one was given. */
  readonly domain: { readonly host: string; readonly port: number | null };
  /** Unique in the process, and unlikely to be that of an earlier run. */
  readonly callIdPrefix: string;
  /** User of our Contact and of From without a caller-ID. */
  readonly user: string;
  readonly credentials: Credentials | null;
  readonly userAgent: string;
  /** A Route header for an outbound proxy (RFC 3261, 8.1.2). */
  readonly route: string | null;
}

/** One sip.js user agent on the shared socket, bound to one server. */
export class Endpoint implements SipReceiver {
  readonly core: Core.UserAgentCore;
  readonly contactHeader: string;
  readonly contactUri: URI;
  readonly localUri: URI;
  /** Of requests that outlive their call. */
  readonly timers: TimerGroup;
  /** What ends, for us alone, with the user agent. */
  readonly calls = new Set<{ abort(): void }>();
  private readonly agent: UserAgent;
  private readonly detach: () => void;
  private disposed = false;

  constructor(readonly options: EndpointOptions) {
    const { socket, domain, user, callIdPrefix } = options;
    this.timers = new TimerGroup(options.clock);
    const { host, port } = socket.advertised;
    const bracketed = host.includes(':') ? `[${host}]` : host;
    this.localUri = new URI('sip', user, domain.host, domain.port ?? undefined);
    this.agent = new UserAgent({
      uri: this.localUri,
      transportConstructor: PortTransport,
      transportOptions: { socket, destination: options.destination },
      viaHost: `${bracketed}:${port}`,
      forceRport: socket.protocol === 'UDP',
      contactName: user,
      contactParams: { transport: socket.protocol.toLowerCase() },
      userAgentString: options.userAgent,
      preloadedRouteSet: options.route === null ? [] : [options.route],
      hackAllowUnregisteredOptionTags: true,
      logBuiltinEnabled: false,
      logConfiguration: false,
      logLevel: 'error',
      // sip.js calls it whatever the level.
      logConnector: (level, category, _label, content) => {
        if (level === 'error') options.log.debug({ category, text: maskText(content) }, 'sip.js reports an error');
      },
    });
    // sip.js puts "ip:port" into the host of the Contact otherwise, and no peer could dial it.
    this.contactUri = new URI('sip', user, bracketed, port, { transport: socket.protocol.toLowerCase() });
    this.agent.contact.uri = this.contactUri;
    this.contactHeader = `Contact: ${this.agent.contact.toString()}`;
    this.core = this.agent.userAgentCore;
    this.core.configuration.sipjsId = callIdPrefix;
    // sip.js claims `outbound` (RFC 5626), which it does not do.
    this.core.configuration.supportedOptionTags = [...SUPPORTED_OPTION_TAGS];
    this.core.configuration.supportedOptionTagsResponse = ['timer'];
    setCredentials(this.core, options.credentials);
    this.detach = socket.attach(callIdPrefix, this, options.destination);
    this.agent.start().catch(() => undefined);
  }

  /** Takes the place of sip.js's own entrance, which drops every response whose Via has a port. */
  receive(text: string, raw: string): boolean {
    const message = Core.Parser.parseMessage(text, this.agent.getLogger('sip.Parser'));
    if (!message) throw new Error('sip.js cannot parse the message');
    // The digest code reads the challenges in it, and a local 408 or 503 is known by its absence.
    message.data = raw;
    if (message instanceof Core.IncomingRequestMessage) {
      // The Call-ID has told whose it is; peers that rewrite the request URI would get 404 to their BYE.
      const { uri } = this.agent.contact;
      if (message.ruri?.scheme === 'sip' && message.ruri.user !== uri.user) message.ruri.user = uri.user;
      this.core.receiveIncomingRequestFromTransport(message);
      return true;
    }
    const client = this.core.userAgentClients.get(`${message.viaBranch}${message.method}`);
    // A refusal of one branch came first: sip.js would drop the answer of another (RFC 3261, 16.7 lets it through).
    const isLateAnswer =
      message.method === 'INVITE' &&
      /^2/.test(String(message.statusCode)) &&
      client?.transaction.state === Core.TransactionState.Completed;
    const taken = client !== undefined && !isLateAnswer;
    if (taken) this.core.receiveIncomingResponseFromTransport(message);
    return taken;
  }

  newCallId(): string {
    return `${this.options.callIdPrefix}${hex64()}`;
  }

  uriFor(user: string): URI {
    const { host, port } = this.options.domain;
    return new URI('sip', user, host, port ?? undefined);
  }

  /** Removes a request that will get no answer any more; `dispose` alone leaves it in sip.js's table. */
  forget(request: Core.OutgoingInviteRequest): void {
    const id = transactionIdOf(request);
    this.options.socket.abandon(id);
    request.dispose();
    this.core.userAgentClients.delete(`${id}INVITE`);
  }

  /**
   * The confirmed dialog of an earlier process, good for BYE. The constructor of `SessionDialog` reads no more of the
   * transaction than this stub has. Null: what was saved is no dialog.
   */
  restoreDialog(saved: SavedDialog): Core.SessionDialog | null {
    const [target, local, remote] = [saved.remoteTarget, saved.localUri, saved.remoteUri].map((text) =>
      Grammar.URIParse(text),
    );
    if (!target || !local || !remote) return null;
    const { callId, localTag, remoteTag, routeSet } = saved;
    const sequence = saved.localSequence + RESTORED_CSEQ_STEP;
    const request = this.core.makeOutgoingRequestMessage('INVITE', target, local, remote, {
      callId,
      fromTag: localTag,
      toTag: remoteTag,
      cseq: sequence,
    });
    const ended = Object.create(Core.InviteClientTransaction.prototype, {
      request: { value: request },
      state: { value: Core.TransactionState.Terminated },
      id: { value: 'restored' },
    }) as Core.InviteClientTransaction;
    return new Core.SessionDialog(ended, this.core, {
      id: `${callId}${localTag}${remoteTag}`,
      early: false,
      secure: false,
      callId,
      localTag,
      remoteTag,
      localSequenceNumber: sequence,
      remoteSequenceNumber: saved.remoteSequence ?? undefined,
      localURI: local,
      remoteURI: remote,
      remoteTarget: target,
      routeSet: [...routeSet],
    });
  }

  /** No call, no transaction that could still need an answer. */
  get isIdle(): boolean {
    const { userAgentClients, userAgentServers, dialogs } = this.core;
    return userAgentClients.size === 0 && userAgentServers.size === 0 && dialogs.size === 0;
  }

  /** Nothing may be sent any more: no answer would find its way back. */
  get isDisposed(): boolean {
    return this.disposed;
  }

  /** Ends all timers of sip.js; nothing is sent. */
  dispose(): void {
    this.disposed = true;
    for (const call of this.calls) call.abort();
    this.detach();
    this.timers.cancelAll();
    disposeSuperseded(this.core);
    this.core.reset();
  }
}

/** The branch; another one after a challenge. The interface that `invite` returns does not show the transaction. */
export const transactionIdOf = (request: Core.OutgoingInviteRequest): string =>
  (request as unknown as { readonly transaction: { readonly id: string } }).transaction.id;
