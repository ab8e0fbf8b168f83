import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';

/**
 * Failed tries that are allowed in a window: for a user name from one address, for a user name from all of them, and for
 * an address. The second is the higher one, so that no single stranger can keep a user out.
 */
const LIMITS = { nameAtAddress: 10, name: 100, address: 50, windowMs: 15 * 60_000 };
/** Keys that are remembered at the most; past that the oldest are forgotten. */
const MAX_KEYS = 100_000;

/**
 * Counts failed logins. In memory: it protects one process, and a restart forgives. A success forgives the user name at
 * that address but not the address, so that one valid account does not open the way to guess others.
 */
export class LoginThrottle {
  private readonly failures = new Map<string, { count: number; since: number }>();

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /**
   * Seconds until the next try is allowed; 0: it is admitted, and counts as failed until it is known better, so that
   * tries that come at once cannot all be the first.
   */
  admit(username: string, address: string): number {
    const keys = keysOf(username, address);
    const waitMs = Math.max(...keys.map(({ key, limit }) => this.waitMs(key, limit)));
    if (waitMs > 0) return Math.ceil(waitMs / 1000);
    for (const { key } of keys) this.count(key, 1);
    while (this.failures.size > MAX_KEYS) {
      const oldest = this.failures.keys().next();
      if (oldest.done) break;
      this.failures.delete(oldest.value);
    }
    return 0;
  }

  /** The admitted try has not come to a verdict. */
  takeBack(username: string, address: string): void {
    for (const { key } of keysOf(username, address)) this.count(key, -1);
  }

  /** The admitted try was a success. */
  succeeded(username: string, address: string): void {
    this.takeBack(username, address);
    const [nameAtAddress] = keysOf(username, address);
    this.failures.delete(nameAtAddress.key);
  }

  private waitMs(key: string, limit: number): number {
    const known = this.current(key);
    return known && known.count >= limit ? known.since + LIMITS.windowMs - this.nowMs() : 0;
  }

  private count(key: string, more: number): void {
    const { count, since } = this.current(key) ?? { count: 0, since: this.nowMs() };
    this.failures.delete(key);
    if (count + more > 0) this.failures.set(key, { count: count + more, since });
  }

  private current(key: string): { count: number; since: number } | undefined {
    const known = this.failures.get(key);
    return known && this.nowMs() - known.since < LIMITS.windowMs ? known : undefined;
  }
}

function keysOf(username: string, address: string) {
  const network = networkOf(address);
  // Strangers choose the name, and a megabyte of it is not to be remembered.
  const name = createHash('sha256').update(username).digest('base64');
  return [
    { key: `${network} ${name}`, limit: LIMITS.nameAtAddress },
    { key: `name ${name}`, limit: LIMITS.name },
    { key: `address ${network}`, limit: LIMITS.address },
  ] as const;
}

/** An IPv4 address, or the 64 bits of an IPv6 address that are the network's: its client has all of the others. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain)) return plain;
  const [head = [], tail] = plain.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const groups = tail ? [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail] : head;
  return groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16))
    .join(':');
}
