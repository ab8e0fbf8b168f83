import { Grammar } from 'sip.js';
import type { Clock, Timer } from '../contracts/clock.js';
import type { DialogListener, DialogSubscription, DialogSubscriptionState } from '../contracts/dialog-subscriptions.js';
import { BackOff } from './back-off.js';
import { retryAfterSeconds } from './invite-facts.js';
import type { Notification } from './notification.js';
import type { Reply } from './single-request.js';
import {
  connectionLost,
  expired,
  notAnAddress,
  notNotified,
  type Refusal,
  refusedBy,
  terminatedBy,
  trunkChanged,
  unreachable,
} from './subscription-refusal.js';
import { SubscriptionUsage } from './subscription-usage.js';
import type { CallRoute, TrunkLink } from './trunk-link.js';
import type { TrunkServer } from './trunk-server.js';
import type { TurnTaking } from './turn-taking.js';

/**
 * Asked for, and refreshed as if it were so where the notifier wants it longer. A PBX that restarts has forgotten its
 * subscribers and says nothing: what it said before is believed until the next refresh, so that this must not be long. Seconds.
 */
const EXPIRES_SECONDS = 120;
const LONGEST_EXPIRES_SECONDS = 86_400;
/** Less than that is taken for so much: nobody could refresh it in time. */
const SHORTEST_EXPIRES_SECONDS = 2;
/** Timer N of RFC 6665, 4.1.2.4: 64 × T1. */
const NOTIFY_TIMEOUT_MS = 32_000;
const REFRESH_ON_DEMAND_EVERY_MS = 5_000;
const UNSUBSCRIBE_TIMEOUT_MS = 2_000;
/** A subscription that has lived for so long may be made again at once when it ends; others could become a storm. */
const PROVEN_AFTER_MS = 10_000;

export interface DialogSubscriptionOptions {
  readonly clock: Clock;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** Shared by all subscriptions. */
  readonly turns: TurnTaking;
  /** Without an answer for so long the next server is tried, milliseconds. */
  readonly answerTimeoutMs: number;
  readonly address: string;
  /** The trunk as it is configured now. */
  readonly link: () => TrunkLink | undefined;
}

type Facts = Pick<DialogSubscriptionState, 'fault' | 'message' | 'nextTryAt'>;

/**
 * Keeps one subscription up. `PENDING` until the first NOTIFY says `active`; a refresh that fails, a server that goes down and
 * a lost connection end it, for what was said before may be wrong by then, and another one is made: at the next server, at
 * once, or after a back-off.
 */
export class SipDialogSubscription implements DialogSubscription {
  private condition: DialogSubscriptionState = { status: 'PENDING' };
  private usage: SubscriptionUsage | null = null;
  private route: (CallRoute & { readonly link: TrunkLink }) | null = null;
  private stopListening: () => void = () => undefined;
  /** Those that have said `active`, and those whose documents the listener has. */
  private readonly active = new Set<string>();
  private readonly tried = new Set<TrunkServer>();
  private readonly backOff = new BackOff();
  private expiresSeconds = EXPIRES_SECONDS;
  private activeSinceMs: number | null = null;
  private refreshAtMs = Infinity;
  private lastRefreshMs = -Infinity;
  private refreshTimer: Timer | null = null;
  private expiryTimer: Timer | null = null;
  private notifyTimer: Timer | null = null;
  private retryTimer: Timer | null = null;
  private giveUpTurn: () => void = () => undefined;
  /** No server is up: it goes on as soon as one is. */
  private waitsForTrunk = false;
  private ended = false;

  constructor(
    private readonly options: DialogSubscriptionOptions,
    private readonly listener: DialogListener,
  ) {}

  get state(): DialogSubscriptionState {
    return this.condition;
  }

  start(): void {
    this.retryTimer = this.options.clock.setTimer(0, () => this.again());
  }

  refresh(): void {
    if (this.active.size === 0) return;
    const waitMs = this.lastRefreshMs + REFRESH_ON_DEMAND_EVERY_MS - this.nowMs;
    this.planRefresh(Math.max(0, waitMs));
  }

  /** Trunks or their servers came, went, or changed their health. */
  trunksChanged(): void {
    if (this.ended) return;
    const { route } = this;
    if (!route) {
      if (this.waitsForTrunk && this.chooseRoute()) this.again();
      return;
    }
    const { link, server } = route;
    if (link === this.options.link() && link.uses(server) && server.health.isUp) return;
    this.fail({ ...trunkChanged, message: server.health.facts.message ?? trunkChanged.message });
  }

  async end(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    const { usage } = this;
    this.stopTimers();
    this.stopListening();
    this.usage = null;
    await usage?.end(UNSUBSCRIBE_TIMEOUT_MS);
  }

  private get nowMs(): number {
    return this.options.clock.monotonicMs();
  }

  private takeTurn(go: () => void): void {
    this.giveUpTurn();
    this.giveUpTurn = this.options.turns.take(go);
  }

  private chooseRoute(): (CallRoute & { readonly link: TrunkLink }) | undefined {
    const link = this.options.link();
    const route = link?.subscriptionRoute(this.tried);
    return link && route?.server.health.isUp ? { ...route, link } : undefined;
  }

  private begin(): void {
    const target = Grammar.URIParse(this.options.address);
    if (!target) {
      this.fail(notAnAddress);
      return;
    }
    const route = this.chooseRoute();
    if (!route) {
      this.waitsForTrunk = true;
      const message = this.condition.message ?? 'The trunk is not there, or none of its servers is up';
      this.enter('TERMINATED', { fault: 'UNREACHABLE', message });
      return;
    }
    const usage: SubscriptionUsage = new SubscriptionUsage(route.endpoint, target, {
      notified: (notification) => this.notified(notification, usage),
      lost: () => {
        if (usage === this.usage) this.fail(trunkChanged);
      },
    });
    this.usage = usage;
    this.route = route;
    this.stopListening = route.link.onConnectionLost((server) => {
      if (server === route.server) this.fail(connectionLost);
    });
    const { fault, message } = this.condition;
    this.enter('PENDING', { ...(fault && { fault }), ...(message !== undefined && { message }) });
    this.awaitNotify();
    const reply = usage.begin(this.expiresSeconds, this.options.answerTimeoutMs);
    void reply.then((answer) => this.answered(answer, usage));
  }

  private askAgain(): void {
    const { usage } = this;
    if (!usage) return;
    this.lastRefreshMs = this.nowMs;
    this.refreshAtMs = Infinity;
    this.awaitNotify();
    const reply = usage.refresh(this.expiresSeconds, this.options.answerTimeoutMs);
    void reply.then((answer) => this.answered(answer, usage));
  }

  private answered(reply: Reply, usage: SubscriptionUsage): void {
    // It has been given up meanwhile.
    if (usage !== this.usage) return;
    if (reply.kind !== 'response') {
      this.fail(unreachable(reply.kind));
      return;
    }
    const { status, message } = reply;
    const seconds = (name: string): number => Number(/^\s*(\d{1,9})/.exec(message.getHeader(name) ?? '')?.[1] ?? 0);
    const longer = Math.min(seconds('min-expires'), LONGEST_EXPIRES_SECONDS);
    if (status < 300) {
      // RFC 6665, 4.1.2.1: the notifier may shorten it, and does not lengthen it.
      const granted = seconds('expires') || this.expiresSeconds;
      this.lastsFor(Math.min(granted, this.expiresSeconds));
    } else if (status === 423 && longer > this.expiresSeconds) {
      this.expiresSeconds = longer;
      this.fail({ ...refusedBy(status, message.reasonPhrase ?? '', null), next: 'at-once' });
    } else {
      this.fail(refusedBy(status, message.reasonPhrase ?? '', retryAfterSeconds(message)));
    }
  }

  private notified(notification: Notification, usage: SubscriptionUsage): void {
    if (usage !== this.usage) return;
    const { notifier, state, body, expiresSeconds, reason, retryAfterSeconds: retryAfter } = notification;
    if (state === 'terminated') {
      if (this.active.delete(notifier)) this.listener.notifierGone(notifier);
      if (this.active.size === 0) this.fail(terminatedBy(reason, retryAfter));
      return;
    }
    this.notifyTimer?.cancel();
    if (expiresSeconds !== null) this.lastsFor(expiresSeconds);
    if (state !== 'active') return;
    this.active.add(notifier);
    this.tried.clear();
    this.activeSinceMs ??= this.nowMs;
    this.enter('ACTIVE', {});
    this.listener.notified({ notifier, text: body });
  }

  /** Refreshed between 50 and 80 %: late enough to be cheap, early enough for a second try, and never all at once. */
  private lastsFor(expiresSeconds: number): void {
    const expiresMs = Math.max(SHORTEST_EXPIRES_SECONDS, expiresSeconds) * 1_000;
    this.planRefresh(Math.min(expiresMs, EXPIRES_SECONDS * 1_000) * (0.5 + 0.3 * this.options.random()));
    // The refresh may be waiting for its turn, or for its answer.
    this.expiryTimer?.cancel();
    this.expiryTimer = this.options.clock.setTimer(expiresMs, () => this.fail(expired));
  }

  /** The earliest plan holds: NOTIFYs, which tell what is left of the time, must not put it off. */
  private planRefresh(delayMs: number): void {
    const atMs = this.nowMs + delayMs;
    if (atMs >= this.refreshAtMs) return;
    this.refreshAtMs = atMs;
    this.refreshTimer?.cancel();
    this.refreshTimer = this.options.clock.setTimer(delayMs, () => this.takeTurn(() => this.askAgain()));
  }

  private awaitNotify(): void {
    this.notifyTimer?.cancel();
    this.notifyTimer = this.options.clock.setTimer(NOTIFY_TIMEOUT_MS, () => this.fail(notNotified));
  }

  /** Gives up what there is, and tries again: at once, at the next server, or later. */
  private fail({ fault, message, next, atLeastMs }: Refusal): void {
    const { route } = this;
    const isProven = this.activeSinceMs !== null && this.nowMs - this.activeSinceMs >= PROVEN_AFTER_MS;
    if (isProven) this.backOff.reset();
    this.giveUp();
    if (next === 'elsewhere' && route) this.tried.add(route.server);
    const isElsewhere = next === 'elsewhere' && this.chooseRoute() !== undefined;
    if (!isElsewhere) this.tried.clear();
    if (isElsewhere || next === 'at-once' || (next === 'if-proven' && isProven)) {
      this.enter('PENDING', { fault, message });
      this.takeTurn(() => this.begin());
    } else if (next === 'never') {
      this.enter('TERMINATED', { fault, message });
    } else {
      const waitMs = this.backOff.next(atLeastMs) * (0.75 + 0.5 * this.options.random());
      const nextTryAt = new Date(this.options.clock.now().getTime() + waitMs);
      this.retryTimer = this.options.clock.setTimer(waitMs, () => this.again());
      this.enter('TERMINATED', { fault, message, nextTryAt });
    }
  }

  private again(): void {
    this.giveUp();
    this.takeTurn(() => this.begin());
  }

  private giveUp(): void {
    const { usage } = this;
    this.stopTimers();
    this.stopListening();
    this.usage = null;
    this.route = null;
    this.waitsForTrunk = false;
    this.activeSinceMs = null;
    this.refreshAtMs = Infinity;
    usage?.release();
    for (const notifier of this.active) this.listener.notifierGone(notifier);
    this.active.clear();
  }

  private stopTimers(): void {
    this.giveUpTurn();
    this.refreshTimer?.cancel();
    this.expiryTimer?.cancel();
    this.notifyTimer?.cancel();
    this.retryTimer?.cancel();
  }

  private enter(status: DialogSubscriptionState['status'], facts: Facts): void {
    const before = this.condition;
    this.condition = { status, ...facts };
    if (status !== before.status || facts.message !== before.message) this.listener.stateChanged();
  }
}
