import got from 'got';

/*
 * The only part of the OSCC source that is not known. Of the REST SDK of OpenScape Contact Center the names of some
 * commands are documented (RegisterApplication, Logon, KeepAlive, UnregisterApplication); paths, verbs, fields, and how
 * events arrive are not. NOTHING HERE HAS MET A REAL SERVER. Everything that is unknown stands in `wireProfile`: whoever
 * has the customer's guide (A31003-S2293) fills it in, or replaces this file behind `OsccWire`.
 */

/** An application registration; what it consists of is the wire's business. */
export type OsccApp = Readonly<Record<string, unknown>>;

export interface OsccUser {
  readonly userKey: number;
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Absent where the server does not tell; then agents cannot be told apart by group. */
  readonly groupKeys?: readonly string[];
}

/** Realtime element of a user who is logged on; who is absent from the list is logged off. */
export interface OsccUserElement {
  readonly userKey: number;
  readonly extension?: string;
  readonly routingState: string;
  /** Empty: handles nothing. */
  readonly handlingStates: readonly string[];
}

export interface OsccGroupElement {
  readonly groupKey: string;
  readonly loggedOnUsers: number;
  readonly idleUsers: number;
  readonly busyUsers: number;
  readonly awayUsers: number;
  readonly handlingRoutedUsers: number;
  readonly handlingDirectUsers: number;
  readonly callsWaiting: number;
}

export type OsccEvent =
  | { readonly type: 'users'; readonly users: readonly OsccUserElement[] }
  | { readonly type: 'group'; readonly group: OsccGroupElement }
  /** The state of a manager of the server is not in order, or is again. */
  | { readonly type: 'manager'; readonly isInOrder: boolean };

export interface OsccLogon {
  readonly userId: string;
  readonly password: string;
}

export interface OsccWire {
  register(): Promise<OsccApp>;
  /** @throws OsccRefusal if the credentials are refused */
  logon(app: OsccApp, logon: OsccLogon): Promise<void>;
  keepAlive(app: OsccApp): Promise<void>;
  listUsers(app: OsccApp): Promise<readonly OsccUser[]>;
  listenUserRealtime(app: OsccApp, userKeys: readonly number[]): Promise<void>;
  listenGroupRealtime(app: OsccApp, groupKeys: readonly string[]): Promise<void>;
  /** Ends when the server ends it, or with the signal. */
  events(app: OsccApp, signal: AbortSignal): AsyncIterable<OsccEvent>;
  unregister(app: OsccApp): Promise<void>;
}

/** The server understood, and said no. */
export class OsccRefusal extends Error {}

const ANSWER_TIMEOUT_MS = 5_000;
/** How long a question for events may stay open. */
const POLL_TIMEOUT_MS = 30_000;

/** Documented are the names of the commands that are marked so; all else is ASSUMED and to be replaced by the guide's. */
export const wireProfile = {
  commandPath: '',
  commandField: 'command',
  resultField: 'result',
  /** Present in an answer that says no. */
  errorField: 'error',
  commands: {
    register: 'RegisterApplication', // documented
    unregister: 'UnregisterApplication', // documented
    logon: 'Logon', // documented
    keepAlive: 'KeepAlive', // documented
    listUsers: 'QueryUsers',
    listenUserRealtime: 'ListenForUserRealtimeEvents',
    listenGroupRealtime: 'ListenForGroupRealtimeEvents',
    events: 'GetEvents',
  },
} as const;

type Command = keyof typeof wireProfile.commands;

/** One POST of JSON for each command, to one address: ASSUMED. */
export class HttpOsccWire implements OsccWire {
  constructor(private readonly url: string) {}

  async register(): Promise<OsccApp> {
    return (await this.command('register', {})) as OsccApp;
  }

  async logon(app: OsccApp, { userId, password }: OsccLogon): Promise<void> {
    await this.command('logon', { app, userId, password });
  }

  async keepAlive(app: OsccApp): Promise<void> {
    await this.command('keepAlive', { app });
  }

  async listUsers(app: OsccApp): Promise<readonly OsccUser[]> {
    return (await this.command('listUsers', { app })) as readonly OsccUser[];
  }

  async listenUserRealtime(app: OsccApp, userKeys: readonly number[]): Promise<void> {
    await this.command('listenUserRealtime', { app, userKeys });
  }

  async listenGroupRealtime(app: OsccApp, groupKeys: readonly string[]): Promise<void> {
    await this.command('listenGroupRealtime', { app, groupKeys });
  }

  async *events(app: OsccApp, signal: AbortSignal): AsyncIterable<OsccEvent> {
    while (!signal.aborted) {
      const events = await this.command('events', { app }, { signal, timeoutMs: POLL_TIMEOUT_MS });
      yield* events as readonly OsccEvent[];
    }
  }

  async unregister(app: OsccApp): Promise<void> {
    await this.command('unregister', { app });
  }

  private async command(
    command: Command,
    fields: object,
    { signal, timeoutMs = ANSWER_TIMEOUT_MS }: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {},
  ): Promise<unknown> {
    const { commands, commandPath, commandField, resultField, errorField } = wireProfile;
    const answer = await got
      .post(`${this.url}${commandPath}`, {
        json: { [commandField]: commands[command], ...fields },
        timeout: { request: timeoutMs },
        retry: { limit: 0 },
        followRedirect: false,
        // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
        https: { rejectUnauthorized: true },
        ...(signal && { signal }),
      })
      .json<Readonly<Record<string, unknown>>>();
    if (answer[errorField] !== undefined) throw new OsccRefusal(`${commands[command]} is refused`);
    return answer[resultField];
  }
}
