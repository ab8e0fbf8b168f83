import type { Timer } from '../contracts/clock.js';
import type { TrunkSettings } from '../contracts/telephony.js';
import type { Endpoint } from './endpoint.js';
import { type LocatedServer, ServerList } from './server-list.js';
import { TimerGroup } from './timer-group.js';
import { type TrunkContext, TrunkServer } from './trunk-server.js';
import type { SipAddress } from './transport/sip-socket.js';

const LOCATE_AGAIN_MS = 10_000;
/** In place of the records' time to live, which the system's look-up does not tell. */
const LOCATE_EVERY_MS = 60_000;
/** How often a user agent that is not used any more is asked whether its last call is over. */
const RETIRE_CHECK_MS = 10_000;

/** The servers of a trunk, found and kept up to date. */
export class TrunkServers {
  /** Resolves when the names have been looked up, well or badly. */
  located: Promise<void> = Promise.resolve();
  private readonly list: ServerList;
  private readonly timers: TimerGroup;
  private readonly stopListening: (() => void)[];
  private servers: readonly TrunkServer[] = [];
  /** User agents of addresses and ports that are not used any more, kept for their calls. */
  private readonly left = new Set<Endpoint>();
  private locating = false;
  private nextLookUp: Timer | null = null;
  private retired = false;
  private whyNone: { readonly message: string; readonly nextTryAt: Date } | null = null;

  constructor(
    private readonly settings: TrunkSettings,
    private readonly context: TrunkContext,
    private readonly changed: () => void,
    private readonly onConnectionLost: (server: TrunkServer) => void,
  ) {
    const { clock, sockets, resolver, random } = context;
    this.timers = new TimerGroup(clock);
    this.list = new ServerList(settings, { resolver, families: sockets.families, random });
    this.stopListening = sockets.families.flatMap((family) => {
      const socket = sockets.socketFor(settings.transport, family);
      return socket ? [socket.onConnectionLost((address) => this.connectionLost(address))] : [];
    });
  }

  /** Without names there are servers at once. */
  start(): void {
    if (this.list.hasNames) this.located = this.locate();
    else this.use(this.list.literals());
  }

  /** In order of preference. */
  get all(): readonly TrunkServer[] {
    return this.servers;
  }

  get firstUp(): TrunkServer | undefined {
    return this.servers.find(({ health }) => health.isUp);
  }

  hasAlternativeTo(server: TrunkServer): boolean {
    return this.servers.some((other) => other !== server && other.health.isUp);
  }

  /** Why there is no server at all; null: there is, or they are being looked up for the first time. */
  get problem(): { readonly message: string; readonly nextTryAt?: Date } | null {
    if (this.servers.length > 0) return null;
    if (this.whyNone || this.list.hasNames) return this.whyNone;
    return { message: 'There is no local address of the family of any server' };
  }

  /** Keeps a user agent until its last call is over. */
  leave(endpoint: Endpoint): void {
    if (endpoint.isDisposed) return;
    this.left.add(endpoint);
    if (this.left.size === 1) this.timers.after(RETIRE_CHECK_MS, () => this.disposeOfIdle());
  }

  /** No new calls; those that are up go on. */
  retire(): void {
    if (this.retired) return;
    this.stop();
    for (const { endpoint } of this.servers) this.left.add(endpoint);
    this.servers = [];
    this.disposeOfIdle();
  }

  /** Everything that was left is over. */
  get isGone(): boolean {
    return this.retired && this.left.size === 0;
  }

  dispose(): void {
    this.stop();
    for (const endpoint of [...this.servers.map((server) => server.endpoint), ...this.left]) endpoint.dispose();
    this.servers = [];
    this.left.clear();
    this.timers.cancelAll();
  }

  private stop(): void {
    this.retired = true;
    for (const stop of this.stopListening) stop();
    for (const { health } of this.servers) health.stop();
    this.timers.cancelAll();
  }

  private disposeOfIdle(): void {
    for (const endpoint of this.left) {
      if (!endpoint.isIdle) continue;
      endpoint.dispose();
      this.left.delete(endpoint);
    }
    if (this.left.size > 0) this.timers.after(RETIRE_CHECK_MS, () => this.disposeOfIdle());
  }

  private async locate(): Promise<void> {
    if (this.locating) return;
    this.locating = true;
    this.nextLookUp?.cancel();
    let waitMs = LOCATE_EVERY_MS;
    try {
      const found = await this.list.locate();
      if (!this.retired) this.use(found);
    } catch (error) {
      waitMs = LOCATE_AGAIN_MS;
      this.lookUpFailed(error);
    }
    this.locating = false;
    if (!this.retired) this.nextLookUp = this.timers.after(waitMs, () => void this.locate());
  }

  /** What was known before stays in use. */
  private lookUpFailed(error: unknown): void {
    if (this.retired || this.servers.length > 0) return;
    const { code } = error as { readonly code?: unknown };
    this.whyNone = {
      message: `The server's name cannot be resolved (${typeof code === 'string' ? code : 'no address'})`,
      nextTryAt: new Date(this.context.clock.now().getTime() + LOCATE_AGAIN_MS),
    };
    this.changed();
  }

  private use(found: readonly LocatedServer[]): void {
    const next = found.map(
      (located) =>
        this.servers.find((server) => server.isAt(located)) ??
        new TrunkServer(located, this.settings, this.context, () => this.healthChanged()),
    );
    const isSame = next.length === this.servers.length && next.every((server, at) => server === this.servers[at]);
    const gone = this.servers.filter((server) => !next.includes(server));
    this.servers = next;
    for (const { health, endpoint } of gone) {
      health.stop();
      this.leave(endpoint);
    }
    if (!isSame) this.changed();
  }

  private healthChanged(): void {
    // A server that moved has another address by now.
    if (this.list.hasNames && !this.firstUp && !this.locating) void this.locate();
    this.changed();
  }

  private connectionLost({ host, port }: SipAddress): void {
    for (const server of this.servers) {
      const { address } = server.located;
      if (address.host !== host || address.port !== port) continue;
      server.health.connectionLost();
      this.onConnectionLost(server);
    }
  }
}
