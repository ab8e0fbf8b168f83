import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { GraphQLAnswer, GraphQLFailure } from './graphql-client.js';

/** How long an event is waited for before the test fails. */
const PATIENCE_MS = 10_000;

export interface SocketClosed {
  readonly code: number;
  readonly reason: string;
}

/** What a client that watches would do: one WebSocket, any number of subscriptions, all messages kept. */
export class GraphQLSocket {
  private constructor(
    private readonly client: Client,
    /** Resolves when the socket closes, whoever closes it. */
    readonly closed: Promise<SocketClosed>,
  ) {}

  /** Resolves when the server has acknowledged the session; rejects with the close code if it does not. */
  static async connect(url: string, token?: string): Promise<GraphQLSocket> {
    let closes: (event: SocketClosed) => void = () => undefined;
    const closed = new Promise<SocketClosed>((resolve) => (closes = resolve));
    let opens: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (opens = resolve));
    const client = createClient({
      url: `${url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      lazy: false,
      retryAttempts: 0,
      connectionParams: token === undefined ? {} : { Authorization: `Bearer ${token}` },
      onNonLazyError: () => undefined,
      on: {
        connected: () => {
          opens();
        },
        closed: (event) => {
          const { code, reason } = event as SocketClosed;
          closes({ code, reason });
        },
      },
    });
    const early = await Promise.race([opened, closed]);
    if (early) throw new Error(`The socket was closed with ${early.code} ${early.reason}`);
    return new GraphQLSocket(client, closed);
  }

  subscribe<T>(query: string, variables: Record<string, unknown> = {}): Watch<T> {
    const watch = new Watch<T>();
    const stop = this.client.subscribe<T>(
      { query, variables },
      {
        next: (answer) => {
          watch.receive(answer as GraphQLAnswer<T>);
        },
        error: (error) => {
          watch.end(Array.isArray(error) ? (error as GraphQLFailure[]) : []);
        },
        complete: () => {
          watch.end([]);
        },
      },
    );
    watch.stop = stop;
    return watch;
  }

  async close(): Promise<void> {
    await this.client.dispose();
  }
}

/** The messages of one subscription. */
export class Watch<T> {
  readonly messages: GraphQLAnswer<T>[] = [];
  /** Errors with which the subscription ended; empty if it ended well; undefined while it goes on. */
  ended: readonly GraphQLFailure[] | undefined;
  /** Tells the server that the subscription is not wanted any more. */
  stop: () => void = () => undefined;
  private readonly wakers = new Set<() => void>();

  /** The data of the first message, now or to come, for which it is true. */
  waitFor(isWanted: (data: T) => boolean, patienceMs = PATIENCE_MS): Promise<T> {
    return this.until(
      () => this.messages.map(({ data }) => data).find((data) => data != null && isWanted(data)),
      patienceMs,
    );
  }

  /** The errors with which the subscription ends. */
  waitForEnd(): Promise<readonly GraphQLFailure[]> {
    return this.until(() => this.ended);
  }

  receive(message: GraphQLAnswer<T>): void {
    this.messages.push(message);
    this.wake();
  }

  end(errors: readonly GraphQLFailure[]): void {
    this.ended ??= errors;
    this.wake();
  }

  private wake(): void {
    for (const waker of [...this.wakers]) waker();
  }

  private until<V>(look: () => V | null | undefined, patienceMs = PATIENCE_MS): Promise<V> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const value = look();
        if (value == null) return;
        clearTimeout(patience);
        this.wakers.delete(check);
        resolve(value);
      };
      const patience = setTimeout(() => {
        this.wakers.delete(check);
        reject(new Error(`Not seen in ${patienceMs} ms; ${this.messages.length} messages came`));
      }, patienceMs);
      this.wakers.add(check);
      check();
    });
  }
}
