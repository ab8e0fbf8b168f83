import type { Clock, Timer } from '../../contracts/clock.js';
import type { StreamConnection } from './stream-connection.js';

/** 64 × T1 of RFC 3261, after which sip.js has given the request up. */
const FORGET_MS = 32_000;

interface Entry {
  readonly connection: StreamConnection;
  readonly timer: Timer;
  readonly resend: () => void;
  isSent: boolean;
}

/**
 * A server may end a connection, because it was not used for a while, in the very moment in which a request is on its way
 * over it: nobody would ever know what became of it. Such a request goes over the next connection once more; to a server
 * that has got it, it is a repetition, for its branch is the same (RFC 3261, 17.2.3).
 */
export class UnansweredRequests {
  private readonly byKey = new Map<string, Entry>();

  constructor(private readonly clock: Clock) {}

  /** @returns the function that says that it was sent: before, its sender learns of a failure and decides */
  add(key: string, connection: StreamConnection, resend: () => void): () => void {
    this.settle(key);
    const timer = this.clock.setTimer(FORGET_MS, () => this.byKey.delete(key));
    const entry: Entry = { connection, timer, resend, isSent: false };
    this.byKey.set(key, entry);
    return () => {
      entry.isSent = true;
    };
  }

  settle(key: string): void {
    this.byKey.get(key)?.timer.cancel();
    this.byKey.delete(key);
  }

  /** In the order in which they were sent. */
  resendOf(connection: StreamConnection): void {
    for (const [key, entry] of [...this.byKey]) {
      if (entry.connection !== connection || !entry.isSent) continue;
      this.settle(key);
      entry.resend();
    }
  }

  clear(): void {
    for (const key of [...this.byKey.keys()]) this.settle(key);
  }
}
