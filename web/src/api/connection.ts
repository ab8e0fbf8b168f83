import { type Client, createClient } from 'graphql-ws';
import { createContext, use, useSyncExternalStore } from 'react';

export type ConnectionStatus = 'CONNECTING' | 'LIVE' | 'LOST';

export interface ConnectionState {
  readonly status: ConnectionStatus;
  /** Grows with every connection: what came over an earlier one is not live any more. */
  readonly epoch: number;
}

interface ConnectionOptions {
  /** The server has closed the session, or does not know it. */
  readonly onSessionEnded: () => void;
  /** It is there again after it was lost; what was read in the meantime may be old. */
  readonly onRecovered: () => void;
}

/** Close codes of the server: the session has ended, or is none. */
const SESSION_CLOSES = new Set([4401, 4403]);
const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5000;
const LONGEST_WAIT_MS = 5000;

/**
 * The one WebSocket of a session. It is open whether or not anything is subscribed to, so that a lost server and a
 * session that was ended elsewhere are noticed on every page.
 */
export class Connection {
  readonly client: Client;
  private state: ConnectionState = { status: 'CONNECTING', epoch: 0 };
  private readonly listeners = new Set<() => void>();
  private pongIsLate: ReturnType<typeof setTimeout> | undefined;

  constructor({ onSessionEnded, onRecovered }: ConnectionOptions) {
    this.client = createClient({
      url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
      lazy: false,
      keepAlive: PING_EVERY_MS,
      connectionAckWaitTimeout: PONG_WITHIN_MS,
      retryAttempts: Infinity,
      retryWait: (retries) => wait(Math.min(250 * 2 ** retries, LONGEST_WAIT_MS) * (0.75 + Math.random() / 2)),
      shouldRetry: (event) => !isSessionClose(event),
      onNonLazyError: () => undefined,
      on: {
        connected: () => {
          const epoch = this.state.epoch + 1;
          this.set({ status: 'LIVE', epoch });
          if (epoch > 1) onRecovered();
        },
        closed: (event) => {
          clearTimeout(this.pongIsLate);
          this.set({ ...this.state, status: 'LOST' });
          if (isSessionClose(event)) onSessionEnded();
        },
        ping: (isReceived) => {
          if (isReceived) return;
          this.pongIsLate = setTimeout(() => {
            this.client.terminate();
          }, PONG_WITHIN_MS);
        },
        pong: (isReceived) => {
          if (isReceived) clearTimeout(this.pongIsLate);
        },
      },
    });
  }

  readonly watch = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = (): ConnectionState => this.state;

  close(): void {
    clearTimeout(this.pongIsLate);
    this.listeners.clear();
    void this.client.dispose();
  }

  private set(state: ConnectionState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

const ConnectionContext = createContext<Connection | null>(null);
export const ConnectionProvider = ConnectionContext.Provider;

/** The state of the session's WebSocket; only inside the shell, where there is one. */
export function useConnection(): ConnectionState {
  const connection = use(ConnectionContext);
  if (!connection) throw new Error('There is no connection outside a session.');
  return useSyncExternalStore(connection.watch, connection.current);
}

function isSessionClose(event: unknown): boolean {
  return SESSION_CLOSES.has((event as { code?: number } | null)?.code ?? 0);
}

function wait(durationMs: number): Promise<void> {
  return new Promise((done) => setTimeout(done, durationMs));
}
