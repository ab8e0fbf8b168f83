import type { Core } from 'sip.js';
import type { Clock, Timer } from '../contracts/clock.js';

/** What we ask for in an INVITE: a dead dialog is found in half an hour, and live ones are hardly disturbed. Seconds. */
export const SESSION_SECONDS = 1_800;
/** RFC 4028, 10: whoever does not refresh gives up so long before the end, or after two thirds of a short interval. */
const EXPIRY_MARGIN_MS = 32_000;
/** However short the interval that a peer wants, milliseconds. */
const SHORTEST_REFRESH_MS = 1_000;

/** What was agreed upon for one dialog (RFC 4028). */
export interface SessionTerms {
  readonly intervalSeconds: number;
  readonly weRefresh: boolean;
}

type Headers = Pick<Core.IncomingMessage, 'getHeader'>;

const read = (message: Headers): { seconds: number; refresher: string | undefined } | null => {
  const value = message.getHeader('session-expires') ?? '';
  const seconds = Number(/^\s*(\d{1,9})/.exec(value)?.[1] ?? 0);
  if (seconds === 0) return null;
  return { seconds, refresher: /;\s*refresher\s*=\s*(ua[cs])/i.exec(value)?.[1]?.toLowerCase() };
};

/** From a 2xx to our request. Null: the session has no timer. Peers that do not say who refreshes do not do it. */
export const termsOfAnswer = (response: Headers): SessionTerms | null => {
  const asked = read(response);
  return asked && { intervalSeconds: asked.seconds, weRefresh: asked.refresher !== 'uas' };
};

/** From a re-INVITE or UPDATE of the peer, who refreshes unless it wants us to, or cannot. */
export const termsOfRequest = (request: Headers): SessionTerms | null => {
  const asked = read(request);
  if (!asked) return null;
  const peerCan = /\btimer\b/i.test(request.getHeader('supported') ?? '');
  return { intervalSeconds: asked.seconds, weRefresh: asked.refresher === 'uas' || !peerCan };
};

/** Seconds that a 422 wants at least; null: it does not say. */
export const minimumInterval = (response: Headers): number | null => {
  const seconds = /^\s*(\d{1,9})/.exec(response.getHeader('min-se') ?? '')?.[1];
  return seconds === undefined ? null : Number(seconds);
};

/** Of a request of ours. */
export const timerRequestHeaders = (terms: SessionTerms | null, minimumSeconds: number | null): string[] => {
  const interval = Math.max(terms?.intervalSeconds ?? SESSION_SECONDS, minimumSeconds ?? 0);
  // Within a dialog whoever refreshes goes on with it: our being the one who asks now changes nothing.
  const refresher = terms === null ? '' : `;refresher=${terms.weRefresh ? 'uac' : 'uas'}`;
  return [
    `Session-Expires: ${interval}${refresher}`,
    ...(minimumSeconds === null ? [] : [`Min-SE: ${minimumSeconds}`]),
  ];
};

/** Of our 2xx to a request of the peer. */
export const timerAnswerHeaders = (terms: SessionTerms | null): string[] =>
  terms === null
    ? []
    : [
        `Session-Expires: ${terms.intervalSeconds};refresher=${terms.weRefresh ? 'uas' : 'uac'}`,
        ...(terms.weRefresh ? [] : ['Require: timer']),
      ];

/** Refreshes a session in time, or finds that the peer did not. */
export class SessionTimer {
  private timers: Timer[] = [];
  private agreed: SessionTerms | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly refresh: () => void,
    private readonly expired: () => void,
  ) {}

  get terms(): SessionTerms | null {
    return this.agreed;
  }

  /** Begins anew: the session was set up or refreshed. */
  restart(terms: SessionTerms | null): void {
    this.stop();
    this.agreed = terms;
    if (terms === null) return;
    const intervalMs = terms.intervalSeconds * 1_000;
    const expiryMs = terms.weRefresh ? intervalMs : Math.max((intervalMs * 2) / 3, intervalMs - EXPIRY_MARGIN_MS);
    this.timers.push(this.clock.setTimer(expiryMs, this.expired));
    if (terms.weRefresh) {
      this.timers.push(this.clock.setTimer(Math.max(intervalMs / 2, SHORTEST_REFRESH_MS), this.refresh));
    }
  }

  stop(): void {
    for (const timer of this.timers) timer.cancel();
    this.timers = [];
  }
}
