import type { AgentInfo } from '../contracts/agent-source.js';
import type { Clock, Timer } from '../contracts/clock.js';
import type { AgentState } from '../domain/agent-state.js';
import { type AgentCounts, countAgents } from './agent-counts.js';
import type { CallSightings } from './call-sightings.js';
import {
  type OsccApp,
  type OsccEvent,
  type OsccGroupElement,
  OsccRefusal,
  type OsccUser,
  type OsccUserElement,
  type OsccWire,
} from './oscc-wire.js';
import type { PeerSession, PeerView, SessionListener, SourceProblem } from './remote-source.js';

export interface OsccSettings {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly groupKey: string;
}

/** Well below the time after which a silent peer is not believed; the documented period is not known. */
const KEEP_ALIVE_MS = 1_000;
/** A server that tells nothing of the group for so long does not know it: no other sign of that is known. */
const FIRST_STATE_TIMEOUT_MS = 10_000;

/**
 * A session with OpenScape Contact Center: what its states mean. It knows the wire as an interface alone, and has been
 * tried against a simulator of that interface only, never against a real server.
 */
export function openOsccSession(
  settings: OsccSettings,
  wire: OsccWire,
  clock: Clock,
  listener: SessionListener,
  calls: CallSightings,
): PeerSession {
  return new OsccSession(settings, wire, clock, listener, calls);
}

class OsccSession implements PeerSession {
  private readonly aborted = new AbortController();
  private app: OsccApp | undefined;
  private timer: Timer | undefined;
  private stateTimer: Timer | undefined;
  /** Of the group; undefined where the server does not tell who belongs to it. */
  private members: readonly OsccUser[] | undefined;
  private group: OsccGroupElement | undefined;
  private infos: ReadonlyMap<number, AgentInfo> = new Map();
  private hasUsers = false;
  private readonly opened: Promise<void>;

  constructor(
    private readonly settings: OsccSettings,
    private readonly wire: OsccWire,
    private readonly clock: Clock,
    private readonly listener: SessionListener,
    private readonly calls: CallSightings,
  ) {
    this.opened = this.run();
  }

  view(): PeerView {
    const { callsWaiting: callersWaiting } = this.group ?? { callsWaiting: 0 };
    const agents = [...this.infos.values()];
    if (!this.members) return { counts: countsOf(this.group), callersWaiting, exact: false };
    return { agents: withoutSurplus(agents, countsOf(this.group).free), callersWaiting, exact: false };
  }

  /** The server sends its realtime elements again to whoever begins to listen. */
  resync(): void {
    this.group = undefined;
    this.hasUsers = false;
    this.attempt(() => this.listen());
  }

  async close(): Promise<void> {
    this.letGo();
    await this.opened;
  }

  private async run(): Promise<void> {
    try {
      const app = await this.wire.register();
      this.app = app;
      if (this.aborted.signal.aborted) return;
      this.listener.reached();
      this.listener.alive();
      const { username: userId, password, groupKey } = this.settings;
      await this.wire.logon(app, { userId, password });
      const users = await this.wire.listUsers(app);
      if (users.some(({ groupKeys }) => groupKeys !== undefined)) {
        this.members = users.filter(({ groupKeys }) => groupKeys?.includes(groupKey));
      }
      await this.listen();
      this.keepAlive();
      for await (const event of this.wire.events(app, this.aborted.signal)) this.take(event);
      this.fail({ fault: 'NETWORK', message: 'The server has ended the events' });
    } catch (error) {
      this.fail(problemOf(error));
    } finally {
      // Neither a registration nor a licence is left behind.
      if (this.app) await this.wire.unregister(this.app).catch(() => undefined);
    }
  }

  private async listen(): Promise<void> {
    if (!this.app || this.aborted.signal.aborted) return;
    const { members } = this;
    const { groupKey } = this.settings;
    this.stateTimer?.cancel();
    this.stateTimer = this.clock.setTimer(FIRST_STATE_TIMEOUT_MS, () => {
      const message = `The server tells nothing of the group ${JSON.stringify(groupKey)}`;
      this.fail({ fault: 'UNKNOWN_POOL', message });
    });
    await this.wire.listenGroupRealtime(this.app, [groupKey]);
    if (members)
      await this.wire.listenUserRealtime(
        this.app,
        members.map(({ userKey }) => userKey),
      );
  }

  private keepAlive(): void {
    this.timer = this.clock.setTimer(KEEP_ALIVE_MS, () => {
      this.attempt(async () => {
        if (this.app) await this.wire.keepAlive(this.app);
        if (this.aborted.signal.aborted) return;
        this.listener.alive();
        this.keepAlive();
      });
    });
  }

  private take(event: OsccEvent): void {
    if (this.aborted.signal.aborted) return;
    this.listener.alive();
    switch (event.type) {
      case 'manager':
        if (!event.isInOrder) this.fail({ fault: 'PROTOCOL', message: 'A manager of the server is out of order' });
        return;
      case 'users':
        this.takeUsers(event.users);
        break;
      case 'group':
        if (event.group.groupKey !== this.settings.groupKey) return;
        this.takeGroup(event.group);
        break;
    }
    const isComplete = this.group !== undefined && (this.hasUsers || !this.members);
    if (!isComplete) return;
    this.stateTimer?.cancel();
    this.listener.synced();
  }

  /** The element lists everybody who is logged on: who is not in it is logged out. */
  private takeUsers(elements: readonly OsccUserElement[]): void {
    const now = this.clock.now();
    const byKey = new Map(elements.map((element) => [element.userKey, element]));
    this.infos = new Map(
      (this.members ?? []).map((user) => {
        const element = byKey.get(user.userKey);
        const state = element ? stateOf(element) : 'LOGGED_OUT';
        const known = this.infos.get(user.userKey);
        if (known?.state === 'AVAILABLE' && (state === 'RINGING' || state === 'TALKING')) this.calls.add({});
        // The server's own time in a state is not reset after a direct call: ours is taken.
        const since = known?.state === state ? known.since : now;
        const displayName = `${user.firstName} ${user.lastName}`.trim() || user.id;
        const extension = element?.extension;
        return [user.userKey, { agentId: user.id, displayName, ...(extension && { extension }), state, since }];
      }),
    );
    this.hasUsers = true;
  }

  private takeGroup(group: OsccGroupElement): void {
    const routedBefore = this.group?.handlingRoutedUsers;
    this.group = group;
    if (this.members || routedBefore === undefined) return;
    for (let more = group.handlingRoutedUsers - routedBefore; more > 0; more--) this.calls.add({});
  }

  private attempt(step: () => Promise<void>): void {
    step().catch((error: unknown) => this.fail(problemOf(error)));
  }

  private fail(problem: SourceProblem): void {
    if (this.aborted.signal.aborted) return;
    this.letGo();
    this.listener.failed(problem);
  }

  private letGo(): void {
    this.aborted.abort();
    this.timer?.cancel();
    this.stateTimer?.cancel();
  }
}

/** What is handled goes before routing: a user on a direct call stays `Available` for routing. */
export function stateOf({ routingState, handlingStates }: OsccUserElement): AgentState {
  if (handlingStates.includes('Talking')) return 'TALKING';
  if (handlingStates.includes('Holding')) return 'HELD';
  if (handlingStates.includes('Ringing')) return 'RINGING';
  if (handlingStates.length > 0) return 'UNKNOWN';
  switch (routingState) {
    case 'Available':
      return 'AVAILABLE';
    case 'Work':
      return 'WRAPUP';
    case 'Unavailable':
      return 'UNAVAILABLE';
    default:
      return 'UNKNOWN';
  }
}

/** Whether `IdleUsers` leaves out those on a direct call is not known: the smaller number counts. */
function countsOf(group: OsccGroupElement | undefined): AgentCounts {
  if (!group) return countAgents([]);
  const { loggedOnUsers: loggedIn, idleUsers, busyUsers, awayUsers: unavailable } = group;
  const busy = Math.max(busyUsers, group.handlingRoutedUsers + group.handlingDirectUsers);
  const free = Math.max(0, Math.min(idleUsers, loggedIn - unavailable - busy));
  const unknown = Math.max(0, loggedIn - free - busy - unavailable);
  return { loggedIn, free, reserved: 0, ringing: 0, busy, wrapUp: 0, unavailable, unknown };
}

function withoutSurplus(agents: readonly AgentInfo[], limit: number): readonly AgentInfo[] {
  let free = 0;
  return agents.map((agent) =>
    agent.state === 'AVAILABLE' && ++free > limit ? { ...agent, state: 'UNKNOWN' } : agent,
  );
}

function problemOf(error: unknown): SourceProblem {
  if (error instanceof OsccRefusal) return { fault: 'AUTH', message: error.message };
  // Requests carry the password: of an error no more than its code is shown.
  const { code } = error as { readonly code?: unknown };
  const words = typeof code === 'string' ? ` (${code})` : '';
  return { fault: 'NETWORK', message: `The server cannot be reached or does not answer as expected${words}` };
}
