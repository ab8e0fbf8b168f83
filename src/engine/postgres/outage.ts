/** SQLSTATE classes that say that the server is not there, or not now: 08 connection, 53 resources, 57P shutdown. */
const OUTAGE_STATES = /^(08|53|57P|58)/;
const OUTAGE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);

/** True if the same statement may succeed later: the database was away, or two transactions got into each other's way. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') {
    return OUTAGE_STATES.test(code) || OUTAGE_CODES.has(code) || code === '40001' || code === '40P01';
  }
  // The driver's own errors have no code.
  return /connection (terminated|timeout|ended)|timeout exceeded when trying to connect/i.test(error.message);
}
