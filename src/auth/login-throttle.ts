/** Failed tries that are allowed in a window, per user name and per address. */
const LIMITS = { username: 10, address: 50, windowMs: 15 * 60_000 };
/** Keys that are remembered at the most; past that the oldest are forgotten. */
const MAX_KEYS = 100_000;

/**
 * Counts failed logins. In memory: it protects one process, and a restart forgives. A success forgives the user name but
 * not the address, so that one valid account does not open the way to guess others.
 */
export class LoginThrottle {
  private readonly failures = new Map<string, { count: number; since: number }>();

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** Seconds until the next try is allowed; 0 if it is now. */
  retryAfterSeconds(username: string, address: string): number {
    const waits = [this.waitMs(`u:${username}`, LIMITS.username), this.waitMs(`a:${address}`, LIMITS.address)];
    return Math.ceil(Math.max(...waits) / 1000);
  }

  failed(username: string, address: string): void {
    for (const key of [`u:${username}`, `a:${address}`]) {
      const known = this.current(key);
      this.failures.delete(key);
      this.failures.set(
        key,
        known ? { count: known.count + 1, since: known.since } : { count: 1, since: this.nowMs() },
      );
    }
    while (this.failures.size > MAX_KEYS) {
      const oldest = this.failures.keys().next();
      if (oldest.done) break;
      this.failures.delete(oldest.value);
    }
  }

  succeeded(username: string): void {
    this.failures.delete(`u:${username}`);
  }

  private waitMs(key: string, limit: number): number {
    const known = this.current(key);
    return known && known.count >= limit ? known.since + LIMITS.windowMs - this.nowMs() : 0;
  }

  private current(key: string): { count: number; since: number } | undefined {
    const known = this.failures.get(key);
    return known && this.nowMs() - known.since < LIMITS.windowMs ? known : undefined;
  }
}
