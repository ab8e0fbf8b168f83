import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import type { Clock } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import type { AnsweredCall, CallFailure, Line, TrunkSettings } from '../contracts/telephony.js';
import { Endpoint } from './endpoint.js';
import { TimerGroup } from './timer-group.js';
import type { SipAddress, SipSocket } from './transport/sip-socket.js';
import { isTrunkFault, TrunkHealth } from './trunk-health.js';

const DEFAULT_SIP_PORT = 5060;
const RESOLVE_AGAIN_MS = 10_000;
/** How often a retired user agent is asked whether its last call is over. */
const RETIRE_CHECK_MS = 10_000;

export interface TrunkLinkOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly socket: SipSocket;
  readonly userAgent: string;
  readonly newCallIdPrefix: () => string;
  readonly changed: () => void;
}

/** Whether a change of settings needs new user agents, or only another face of the line. */
export const isSameConnection = (a: TrunkSettings, b: TrunkSettings): boolean => connectionOf(a) === connectionOf(b);

const connectionOf = ({ servers, transport, outboundProxy, channels, username, password }: TrunkSettings): string =>
  JSON.stringify([servers, transport, outboundProxy, channels === null, username, password]);

/** A trunk without registration: its servers, one user agent each, and its one line. */
export class TrunkLink {
  /** Resolves when the names have been looked up, well or badly. */
  readonly resolved: Promise<void>;
  private readonly health: TrunkHealth;
  private readonly timers: TimerGroup;
  private endpoints: Endpoint[] = [];
  /** User agents of addresses that a name does not have any more, kept for their calls. */
  private left: Endpoint[] = [];
  private resolving = false;
  private preferred = 0;
  private retired = false;
  private cachedLine: Line | null = null;

  constructor(
    private settings: TrunkSettings,
    private readonly options: TrunkLinkOptions,
  ) {
    this.timers = new TimerGroup(options.clock);
    this.health = new TrunkHealth(options.clock, () => {
      this.cachedLine = null;
      const { state, message } = this.health.health;
      options.log.info({ trunkId: settings.id, state, reason: message }, 'Trunk health');
      options.changed();
    });
    const unusable = whyUnusable(settings);
    if (unusable === null) {
      this.resolved = this.connect();
    } else {
      this.health.outOfService(unusable);
      this.resolved = Promise.resolve();
    }
  }

  get current(): TrunkSettings {
    return this.settings;
  }

  get line(): Line {
    this.cachedLine ??= {
      id: this.settings.id,
      trunkId: this.settings.id,
      trunkName: this.settings.name,
      portName: null,
      capacity: this.settings.channels ?? 1,
      maxCallsPerSecond: this.settings.maxCallsPerSecond,
      health: this.health.health,
    };
    return this.cachedLine;
  }

  /** Only where `isSameConnection`. */
  rename(settings: TrunkSettings): void {
    this.settings = settings;
    this.cachedLine = null;
  }

  /** For the next call; undefined while there is no server. A line that backs off still answers: the caller decides. */
  get endpoint(): Endpoint | undefined {
    return this.endpoints[this.preferred % Math.max(1, this.endpoints.length)];
  }

  record(outcome: AnsweredCall | CallFailure, endpoint: Endpoint): void {
    // Failover: the next call tries the next server; this one is left to its own retry rule.
    if (outcome.kind === 'failed' && isTrunkFault(outcome) && endpoint === this.endpoint) this.preferred++;
    this.health.record(outcome);
    // A server that moved has another address by now.
    if (this.health.health.state === 'BACKING_OFF' && this.namesInUse && !this.resolving) void this.resolve();
  }

  /** No new calls; those that are up go on, their user agents stay until the last has ended. */
  retire(): void {
    this.retired = true;
    this.health.stop();
    this.timers.cancelAll();
    this.retireWhenIdle();
  }

  dispose(): void {
    this.retired = true;
    this.health.stop();
    this.timers.cancelAll();
    for (const endpoint of [...this.endpoints, ...this.left]) endpoint.dispose();
    this.endpoints = [];
    this.left = [];
  }

  get isGone(): boolean {
    return this.retired && this.endpoints.length === 0;
  }

  private retireWhenIdle(): void {
    if ([...this.endpoints, ...this.left].every((endpoint) => endpoint.isIdle)) this.dispose();
    else this.timers.after(RETIRE_CHECK_MS, () => this.retireWhenIdle());
  }

  private get targets(): TrunkSettings['servers'] {
    return this.settings.outboundProxy ? [this.settings.outboundProxy] : this.settings.servers;
  }

  private get namesInUse(): boolean {
    return this.targets.some(({ host }) => this.literal(host) === null);
  }

  /** Without names the line is in service at once. */
  private connect(): Promise<void> {
    if (this.namesInUse) return this.resolve();
    this.use(this.targets.map(({ host }) => this.literal(host)));
    return Promise.resolve();
  }

  private async resolve(): Promise<void> {
    this.resolving = true;
    const family = this.family;
    const results = await Promise.allSettled(
      this.targets.map(async ({ host }) => this.literal(host) ?? (await lookup(host, { family })).address),
    );
    this.resolving = false;
    if (this.retired) return;
    if (results.some((result) => result.status === 'fulfilled')) {
      this.use(results.map((result) => (result.status === 'fulfilled' ? result.value : null)));
      return;
    }
    // What was known before stays in use.
    if (this.endpoints.length > 0) return;
    const failed = results.find((result) => result.status === 'rejected')?.reason as { code?: unknown } | undefined;
    const reason = typeof failed?.code === 'string' ? failed.code : 'no address';
    this.health.connecting(`The server's name cannot be resolved (${reason})`, RESOLVE_AGAIN_MS);
    this.timers.after(RESOLVE_AGAIN_MS, () => void this.resolve());
  }

  /** @param addresses of the targets, in their order; null: none known */
  private use(addresses: readonly (string | null)[]): void {
    const next = addresses.flatMap((host, at) => {
      const target = this.targets[at];
      const server = this.settings.outboundProxy ? this.settings.servers[0] : target;
      if (host === null || !target || !server) return [];
      const destination = { host, port: target.sipPort ?? DEFAULT_SIP_PORT };
      const existing = this.endpoints.find(({ options }) => isSameAddress(options.destination, destination));
      return [existing ?? this.newEndpoint(destination, server)];
    });
    this.left = [...this.left, ...this.endpoints.filter((endpoint) => !next.includes(endpoint))].filter((endpoint) => {
      if (endpoint.isIdle) endpoint.dispose();
      return !endpoint.isIdle;
    });
    this.endpoints = next;
    this.health.connected();
  }

  private get family(): 4 | 6 {
    return isIPv6(this.options.socket.advertised.host) ? 6 : 4;
  }

  private literal(host: string): string | null {
    const bare = host.replace(/^\[|\]$/g, '');
    return isIP(bare) === this.family ? bare : null;
  }

  private newEndpoint(destination: SipAddress, server: TrunkSettings['servers'][number]): Endpoint {
    const { clock, log, socket, userAgent, newCallIdPrefix } = this.options;
    const { username, password, outboundProxy } = this.settings;
    const bracketed = isIPv6(server.host) ? `[${server.host}]` : server.host;
    const proxy = outboundProxy && (isIPv6(outboundProxy.host) ? `[${outboundProxy.host}]` : outboundProxy.host);
    return new Endpoint({
      clock,
      log,
      socket,
      destination,
      domain: { host: bracketed, port: server.sipPort },
      callIdPrefix: newCallIdPrefix(),
      user: username ?? 'outdial',
      credentials: username !== null && password !== null ? { username, password } : null,
      userAgent,
      route: outboundProxy
        ? `<sip:${proxy}${outboundProxy.sipPort === null ? '' : `:${outboundProxy.sipPort}`};lr>`
        : null,
    });
  }
}

const HOST = /^\[?[A-Za-z0-9._:-]{1,255}\]?$/;
const USER = /^[A-Za-z0-9\-_.!~*'()&=+$,;?/]{1,100}$/;

/** In English, for the operator; null: it can be used. */
const whyUnusable = ({ transport, channels, servers, outboundProxy, username }: TrunkSettings): string | null => {
  if (transport !== 'UDP') return `SIP over ${transport} is not supported by this release; use UDP`;
  if (channels === null) return 'Registered ports are not supported by this release; give the trunk channels';
  if (servers.length === 0) return 'The trunk has no server';
  const hosts = [...servers, ...(outboundProxy ? [outboundProxy] : [])];
  if (!hosts.every(({ host }) => HOST.test(host))) return 'The name of a server is malformed';
  if (username !== null && !USER.test(username)) return 'The user name is malformed';
  return null;
};

const isSameAddress = (a: SipAddress, b: SipAddress): boolean => a.host === b.host && a.port === b.port;
