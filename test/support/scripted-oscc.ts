import {
  type OsccApp,
  type OsccEvent,
  type OsccLogon,
  OsccRefusal,
  type OsccUser,
  type OsccUserElement,
  type OsccWire,
} from '../../src/engine/agents/oscc-wire.js';
import type { FakeClock } from './fake-clock.js';

/** What a user is doing; one who is logged off is in no element. */
export interface ScriptedUser {
  routingState: string;
  handlingStates: readonly string[];
  isLoggedOn: boolean;
}

/**
 * A simulator of our own `OsccWire`, NOT VERIFIED AGAINST THE PRODUCT: it shows that the source means the documented states
 * as they are described, and nothing about a real server.
 */
export class ScriptedOscc implements OsccWire {
  readonly users = new Map<string, ScriptedUser>();
  password = 'geheim-oscc';
  /** Of the only group. */
  groupKey = '7';
  /** False: the server does not tell who belongs to which group. */
  tellsGroups = true;
  callsWaiting = 0;
  isDead = false;
  isSilent = false;
  registrations = 0;
  private queue: OsccEvent[] = [];
  private wake: () => void = () => undefined;

  constructor(private readonly clock: FakeClock) {}

  register(): Promise<OsccApp> {
    return this.answer(() => {
      this.registrations++;
      this.queue = [];
      return { id: this.registrations };
    });
  }

  logon(_app: OsccApp, { password }: OsccLogon): Promise<void> {
    return this.answer(() => {
      if (password !== this.password) throw new OsccRefusal('Logon is refused');
    });
  }

  keepAlive(): Promise<void> {
    return this.answer(() => undefined);
  }

  listUsers(): Promise<readonly OsccUser[]> {
    return this.answer(() =>
      [...this.users.keys()].map((id, index) => ({
        ...{ userKey: index + 1, id, firstName: id, lastName: 'Agent' },
        ...(this.tellsGroups && { groupKeys: [this.groupKey] }),
      })),
    );
  }

  listenUserRealtime(): Promise<void> {
    return this.answer(() => this.tellUsers());
  }

  listenGroupRealtime(): Promise<void> {
    return this.answer(() => this.tellGroup());
  }

  async *events(_app: OsccApp, signal: AbortSignal): AsyncIterable<OsccEvent> {
    signal.addEventListener('abort', () => this.wake());
    while (!signal.aborted) {
      const event = this.queue.shift();
      if (event) yield event;
      else if (this.isDead) throw Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  unregister(): Promise<void> {
    this.registrations--;
    return Promise.resolve();
  }

  set(id: string, change: Partial<ScriptedUser>): void {
    const before = this.users.get(id) ?? { routingState: 'Available', handlingStates: [], isLoggedOn: true };
    this.users.set(id, { ...before, ...change });
    this.tellUsers();
    this.tellGroup();
  }

  say(event: OsccEvent): void {
    if (this.isSilent) return;
    this.queue.push(event);
    this.wake();
  }

  die(): Promise<void> {
    this.isDead = true;
    this.queue = [];
    this.wake();
    return Promise.resolve();
  }

  private tellUsers(): void {
    const users = [...this.users].flatMap(([, user], index): readonly OsccUserElement[] => {
      const { routingState, handlingStates, isLoggedOn } = user;
      return isLoggedOn ? [{ userKey: index + 1, extension: String(101 + index), routingState, handlingStates }] : [];
    });
    this.say({ type: 'users', users });
  }

  private tellGroup(): void {
    const on = [...this.users.values()].filter(({ isLoggedOn }) => isLoggedOn);
    const count = (fits: (user: ScriptedUser) => boolean): number => on.filter(fits).length;
    const handling = count(({ handlingStates }) => handlingStates.length > 0);
    const idle = count(
      ({ routingState, handlingStates }) => routingState === 'Available' && handlingStates.length === 0,
    );
    this.say({
      type: 'group',
      group: {
        ...{ groupKey: this.groupKey, loggedOnUsers: on.length, idleUsers: idle, busyUsers: handling },
        awayUsers: on.length - idle - handling,
        ...{ handlingRoutedUsers: handling, handlingDirectUsers: 0, callsWaiting: this.callsWaiting },
      },
    });
  }

  /** One that is silent answers when it speaks again. */
  private async answer<T>(run: () => T): Promise<T> {
    while (this.isSilent) await new Promise<void>((resolve) => this.clock.setTimer(100, resolve));
    if (this.isDead) throw Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
    return run();
  }
}
