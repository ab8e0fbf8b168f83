import type { Destination } from './loopback-only.js';
import type { TransactionWire } from './server-transaction.js';
import type { LabTimer } from './lab-timers.js';
import { firstHeader, headerParameter, type SipResponse } from './sip-message.js';

/** Status of the final response; undefined if none came within 64 × T1. */
export type ClientResult = number | undefined;

/** The lab's own NOTIFY and BYE: non-INVITE client transactions over UDP (RFC 3261 section 17.1.2). */
export class ClientTransactions {
  private readonly pending = new Map<string, { readonly settle: (result: ClientResult) => void; slowDown(): void }>();

  constructor(private readonly wire: TransactionWire) {}

  /** Sends the request until it is answered; `done` is called once, unless the lab is closed before. */
  send(data: Buffer, branch: string, method: string, to: Destination, done: (result: ClientResult) => void): void {
    const { t1Ms } = this.wire.sipTimers;
    const key = `${branch}|${method}`;
    let waitMs = t1Ms;
    let repetition: LabTimer;
    const repeat = (): void => {
      this.wire.send(data, to);
      repetition = this.wire.timers.after(waitMs, () => {
        waitMs = Math.min(2 * waitMs, 8 * t1Ms);
        repeat();
      });
    };
    repeat();
    const settle = (result: ClientResult): void => {
      if (!this.pending.delete(key)) return;
      repetition.cancel();
      timeout.cancel();
      done(result);
    };
    const timeout = this.wire.timers.after(64 * t1Ms, () => settle(undefined));
    this.pending.set(key, { settle, slowDown: () => (waitMs = 8 * t1Ms) });
  }

  receive(response: SipResponse): void {
    const branch = headerParameter(firstHeader(response, 'via'), 'branch') ?? '';
    const method = firstHeader(response, 'cseq').split(/ +/)[1] ?? '';
    const transaction = this.pending.get(`${branch}|${method}`);
    if (response.status < 200) transaction?.slowDown();
    else transaction?.settle(response.status);
  }
}
