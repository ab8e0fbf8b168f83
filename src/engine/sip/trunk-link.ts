import { isDeepStrictEqual } from 'node:util';
import type {
  AnsweredCall,
  CallFailure,
  Line,
  LineHealth,
  SavedServer,
  TrunkSettings,
  TrunkState,
} from '../contracts/telephony.js';
import type { Endpoint } from './endpoint.js';
import { serverOf } from './saved-dialog.js';
import { PortLine } from './port-line.js';
import { failoverOf, healthByPorts, healthByServers } from './trunk-state.js';
import type { TrunkContext, TrunkServer } from './trunk-server.js';
import { TrunkServers } from './trunk-servers.js';
import { TurnTaking } from './turn-taking.js';

/** REGISTERs of one trunk that go out in a second: 500 ports are registered in ten, and no PBX minds. */
const REGISTERS_PER_SECOND = 50;

/** One way that a call may go out. */
export interface CallRoute {
  readonly server: TrunkServer;
  readonly endpoint: Endpoint;
}

/** Whether a change of settings needs new user agents, or only another face of the lines. */
export const isSameConnection = (a: TrunkSettings, b: TrunkSettings): boolean => connectionOf(a) === connectionOf(b);

const connectionOf = ({ servers, transport, outboundProxy, channels, username, password }: TrunkSettings): string =>
  JSON.stringify([servers, transport, outboundProxy, channels === null, username, password]);

/** A trunk: its servers, and its one line or its registered ports. */
export class TrunkLink {
  private readonly servers: TrunkServers;
  private readonly turns: TurnTaking;
  private readonly ports = new Map<string, PortLine>();
  /** Ports that were removed and finish their calls. */
  private readonly ending = new Set<PortLine>();
  private readonly connectionListeners = new Set<(server: TrunkServer) => void>();
  private readonly unusable: string | null;
  private retired = false;
  private health: LineHealth;
  private cachedLine: Line | null = null;

  constructor(
    private settings: TrunkSettings,
    private readonly context: TrunkContext,
    private readonly changed: () => void,
  ) {
    this.turns = new TurnTaking(context.clock, REGISTERS_PER_SECOND);
    this.health = { state: 'CONNECTING', since: context.clock.now() };
    this.servers = new TrunkServers(
      settings,
      context,
      () => this.serversChanged(),
      (server) => {
        for (const port of this.ports.values()) port.connectionLost(server);
        for (const listener of [...this.connectionListeners]) listener(server);
      },
    );
    this.unusable = whyUnusable(settings);
    if (this.unusable === null) {
      this.servers.start();
      this.configurePorts();
    }
    this.look();
  }

  get current(): TrunkSettings {
    return this.settings;
  }

  /** Resolves when the names of its servers have been looked up, well or badly. */
  get resolved(): Promise<void> {
    return this.servers.located;
  }

  get lines(): readonly Line[] {
    if (this.settings.channels === null) return [...this.ports.values()].map((port) => port.line);
    this.cachedLine ??= {
      id: this.settings.id,
      trunkId: this.settings.id,
      trunkName: this.settings.name,
      portName: null,
      capacity: this.settings.channels,
      maxCallsPerSecond: this.settings.maxCallsPerSecond,
      maxParallelCalls: this.settings.maxParallelCalls,
      health: this.health,
    };
    return [this.cachedLine];
  }

  get state(): TrunkState {
    const failover = failoverOf(this.servers);
    return { id: this.settings.id, name: this.settings.name, health: this.health, ...(failover && { failover }) };
  }

  /** Takes over what needs no new user agents; only where `isSameConnection`. Ports that stay keep their registration. */
  update(settings: TrunkSettings): void {
    const isEdited = settings.version !== this.settings.version;
    this.settings = settings;
    this.cachedLine = null;
    if (this.unusable === null) this.configurePorts();
    for (const port of this.ports.values()) port.rename(settings);
    if (isEdited) this.tryNow();
    this.look();
  }

  /**
   * Where the next call, or the next try of one, goes: for a port to the server that it is registered at, else to the first
   * server that is up. A line that backs off still answers: the caller decides.
   * @param tried servers that this call has tried already
   */
  route(lineId: string, tried: ReadonlySet<TrunkServer>): CallRoute | undefined {
    if (this.settings.channels === null) {
      const registered = this.ports.get(lineId)?.registered;
      return registered && tried.size === 0 ? registered : undefined;
    }
    const left = this.servers.all.filter((server) => !tried.has(server));
    const server = left.find(({ health }) => health.isUp) ?? (tried.size === 0 ? left[0] : undefined);
    return server && { server, endpoint: server.endpoint };
  }

  /** Where a subscription goes: as a call does; by any registered user where the trunk has ports. */
  subscriptionRoute(tried: ReadonlySet<TrunkServer>): CallRoute | undefined {
    if (this.settings.channels !== null) return this.route(this.settings.id, tried);
    for (const { registered } of this.ports.values())
      if (registered && !tried.has(registered.server)) return registered;
    return undefined;
  }

  /** False: the server has left the trunk, or the DNS. */
  uses(server: TrunkServer): boolean {
    return this.servers.all.includes(server);
  }

  /** A TCP or TLS connection that had been up is gone. Returns the function that ends this. */
  onConnectionLost(listener: (server: TrunkServer) => void): () => void {
    this.connectionListeners.add(listener);
    return () => this.connectionListeners.delete(listener);
  }

  /**
   * For a call of an earlier run, whether the line is in service or not.
   * @param at the server that had the call; another one where the trunk has it no more
   */
  endpointFor(lineId: string, at?: SavedServer): Endpoint | undefined {
    const same = at && this.servers.all.find(({ endpoint }) => isDeepStrictEqual(serverOf(endpoint), at));
    const server = same ?? this.servers.firstUp ?? this.servers.all[0];
    return server && (this.ports.get(lineId)?.endpointAt(server) ?? server.endpoint);
  }

  record(lineId: string, outcome: AnsweredCall | CallFailure, { server }: CallRoute): void {
    // One failure may be a single congested destination's: it does not move the registrations of all ports.
    const mayMove = this.settings.channels !== null && this.servers.hasAlternativeTo(server);
    server.health.recordCall(outcome, mayMove);
    this.ports.get(lineId)?.record(outcome);
  }

  /** The returned function tells that the call is over. */
  callBegins(lineId: string): () => void {
    const port = this.ports.get(lineId);
    port?.callBegins();
    return () => port?.callEnds();
  }

  /**
   * No new calls; those that are up go on, their user agents stay until the last has ended, then the ports unregister.
   * @param successor has the trunk's place: its ports register the same users, which must not be unregistered then
   */
  retire(successor: TrunkSettings | undefined): void {
    this.retired = true;
    const kept = new Set(successor?.ports.map(({ username }) => username));
    for (const port of this.ports.values()) this.retirePort(port, () => !kept.has(port.settings.username));
    this.ports.clear();
    this.servers.retire();
    this.turns.stop();
  }

  /** Resolves when the registrars have confirmed, or in two seconds. */
  async unregister(): Promise<void> {
    await Promise.all([...this.ports.values(), ...this.ending].map((port) => port.unregister()));
  }

  dispose(): void {
    this.retired = true;
    for (const port of [...this.ports.values(), ...this.ending]) port.end();
    this.ports.clear();
    this.ending.clear();
    this.servers.dispose();
    this.turns.stop();
  }

  get isGone(): boolean {
    return this.retired && this.ending.size === 0 && this.servers.isGone;
  }

  /** Looks at its servers and ports anew. */
  look(): void {
    const next = this.healthNow();
    const { since, ...before } = this.health;
    if (isDeepStrictEqual(before, next)) return;
    const { state, message } = next;
    // Not each of 300 ports that come one after the other.
    if (state !== before.state)
      this.context.log.info({ trunkId: this.settings.id, state, reason: message }, 'Trunk health');
    this.health = { ...next, since: state === before.state ? since : this.context.clock.now() };
    this.cachedLine = null;
  }

  private healthNow(): Omit<LineHealth, 'since'> {
    if (this.unusable !== null) return { state: 'OUT_OF_SERVICE', message: this.unusable };
    if (this.settings.channels !== null) return healthByServers(this.servers);
    return healthByPorts(
      [...this.ports.values()].map(({ line }) => line.health),
      this.servers,
    );
  }

  /** Somebody may have put right what was wrong. */
  private tryNow(): void {
    for (const { health } of this.servers.all) health.tryNow();
    for (const port of this.ports.values()) port.tryNow();
  }

  private serversChanged(): void {
    for (const port of this.ports.values()) port.serversChanged();
    this.look();
    this.changed();
  }

  private configurePorts(): void {
    const wanted = new Map(this.settings.channels === null ? this.settings.ports.map((port) => [port.id, port]) : []);
    for (const [id, port] of this.ports) {
      const { username, password } = wanted.get(id) ?? {};
      if (username === port.settings.username && password === port.settings.password) continue;
      this.ports.delete(id);
      this.retirePort(port, () => !this.hasUser(port.settings.username));
    }
    const { context, servers, turns } = this;
    const kept = new Map(this.ports);
    const added: PortLine[] = [];
    this.ports.clear();
    for (const [id, settings] of wanted) {
      const port =
        kept.get(id) ??
        new PortLine(settings, this.settings, { context, servers, turns, changed: () => this.changed() });
      if (!kept.has(id)) added.push(port);
      this.ports.set(id, port);
    }
    for (const port of added) port.start();
  }

  private hasUser(username: string): boolean {
    return [...this.ports.values()].some((port) => port.settings.username === username);
  }

  private retirePort(port: PortLine, unregisters: () => boolean): void {
    this.ending.add(port);
    void port.retire(unregisters).then(() => this.ending.delete(port));
  }
}

const HOST = /^\[?[A-Za-z0-9._:-]{1,255}\]?$/;
const USER = /^[A-Za-z0-9\-_.!~*'()&=+$,;?/]{1,100}$/;

/** In English, for the operator; null: it can be used. */
const whyUnusable = ({ servers, outboundProxy, username, ports }: TrunkSettings): string | null => {
  if (servers.length === 0) return 'The trunk has no server';
  const hosts = [...servers, ...(outboundProxy ? [outboundProxy] : [])];
  if (!hosts.every(({ host }) => HOST.test(host))) return 'The name of a server is malformed';
  if (username !== null && !USER.test(username)) return 'The user name is malformed';
  if (!ports.every((port) => USER.test(port.username))) return 'The user name of a dialer port is malformed';
  return null;
};
