import { URI } from 'sip.js';
import type { Clock } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import type { TrunkSettings } from '../contracts/telephony.js';
import type { Credentials } from './digest.js';
import { Endpoint } from './endpoint.js';
import { hex64 } from './random.js';
import type { LocatedServer } from './server-list.js';
import { ServerHealth } from './server-health.js';
import { ask } from './single-request.js';
import type { NameResolver } from './srv-lookup.js';
import type { SipSockets } from './transport/sip-sockets.js';

/** What all parts of a trunk need of the process around it. */
export interface TrunkContext {
  readonly clock: Clock;
  readonly log: Log;
  readonly sockets: SipSockets;
  readonly userAgent: string;
  readonly newCallIdPrefix: () => string;
  readonly resolver: NameResolver;
  /** 0 to 1, for jitter and for SRV weights. */
  readonly random: () => number;
  /** OPTIONS are sent to a server that nothing was heard of for so long, milliseconds. */
  readonly optionsIntervalMs: number;
  /** Without any answer to a REGISTER for so long the server is given up, milliseconds. */
  readonly answerTimeoutMs: number;
}

/** Who we are to a server. */
export interface Identity {
  readonly user: string;
  readonly credentials: Credentials | null;
}

/** One address of a trunk's server: its health, and the user agent that OPTIONS, and calls without a port, go out by. */
export class TrunkServer {
  readonly health: ServerHealth;
  readonly endpoint: Endpoint;

  constructor(
    readonly located: LocatedServer,
    private readonly settings: TrunkSettings,
    private readonly context: TrunkContext,
    changed: () => void,
  ) {
    const { username, password } = settings;
    this.endpoint = this.newEndpoint({
      user: username ?? 'outdial',
      credentials: username !== null && password !== null ? { username, password } : null,
    });
    this.health = new ServerHealth({
      clock: context.clock,
      idleMs: context.optionsIntervalMs,
      probe: () => this.probe(),
      connectionFault: () => this.endpoint.options.socket.faultOf(located.address),
      changed,
    });
  }

  isAt({ address }: LocatedServer): boolean {
    return this.located.address.host === address.host && this.located.address.port === address.port;
  }

  newEndpoint({ user, credentials }: Identity): Endpoint {
    const { clock, log, sockets, userAgent, newCallIdPrefix } = this.context;
    const { address, family, domain } = this.located;
    const { outboundProxy, transport } = this.settings;
    const socket = sockets.socketFor(transport, family);
    if (!socket) throw new Error('No local address of the family of a server that was located');
    return new Endpoint({
      clock,
      log,
      socket,
      destination: address,
      domain: { host: bracketed(domain.host), port: domain.sipPort },
      callIdPrefix: newCallIdPrefix(),
      user,
      credentials,
      userAgent,
      route: outboundProxy && routeTo(outboundProxy, transport),
    });
  }

  private async probe(): Promise<boolean> {
    const { core, localUri, contactHeader, options } = this.endpoint;
    const target = new URI('sip', '', options.domain.host, options.domain.port ?? undefined);
    const message = core.makeOutgoingRequestMessage(
      'OPTIONS',
      target,
      localUri,
      target,
      { callId: this.endpoint.newCallId(), fromTag: hex64() },
      [contactHeader, 'Accept: application/sdp'],
    );
    // Half the patience is enough: an OPTIONS costs the server nothing, and UDP repeats it thrice within four seconds.
    const reply = await ask(this.endpoint, message, this.context.answerTimeoutMs / 2);
    // 404, 405, 403 and 401 are as good as 200: somebody is there.
    return reply.kind === 'response' && reply.status !== 408 && reply.status !== 503;
  }
}

const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

/** RFC 3261, 8.1.2 and 19.1.1: the proxy is a loose router; UDP is the default that needs no parameter. */
const routeTo = (
  { host, sipPort }: NonNullable<TrunkSettings['outboundProxy']>,
  transport: TrunkSettings['transport'],
): string => {
  const port = sipPort === null ? '' : `:${sipPort}`;
  const parameter = transport === 'UDP' ? '' : `;transport=${transport.toLowerCase()}`;
  return `<sip:${bracketed(host)}${port}${parameter};lr>`;
};
