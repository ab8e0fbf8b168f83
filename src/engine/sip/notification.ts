/** What a NOTIFY says of its subscription (RFC 6665, 4.1.3). */
export interface SubscriptionReport {
  /** Extensions of the standard count as pending: nothing can be concluded from them. */
  readonly state: 'pending' | 'active' | 'terminated';
  /** In lower case; null: none was given. */
  readonly reason: string | null;
  readonly retryAfterSeconds: number | null;
  readonly expiresSeconds: number | null;
}

export interface Notification extends SubscriptionReport {
  /** Tells the notifiers of one SUBSCRIBE apart: the tag of its From. */
  readonly notifier: string;
  /** A document of the dialog event package; empty: none was sent. */
  readonly body: string;
}

const PARAMETER = /;\s*([\w-]+)\s*=\s*"?([^;"\s]+)/g;
const SECONDS = /^\d{1,9}$/;

/** Reads a Subscription-State header; null: it is not one. */
export const readSubscriptionState = (value: string): SubscriptionReport | null => {
  const state = /^\s*([\w.!%*+`'~-]+)\s*(?:;|$)/.exec(value)?.[1]?.toLowerCase();
  if (state === undefined) return null;
  const parameters = new Map<string, string>();
  for (const [, name = '', text = ''] of value.matchAll(PARAMETER)) parameters.set(name.toLowerCase(), text);
  const secondsOf = (name: string): number | null => {
    const text = parameters.get(name) ?? '';
    return SECONDS.test(text) ? Number(text) : null;
  };
  return {
    state: state === 'active' || state === 'terminated' ? state : 'pending',
    reason: parameters.get('reason')?.toLowerCase() ?? null,
    retryAfterSeconds: secondsOf('retry-after'),
    expiresSeconds: secondsOf('expires'),
  };
};
