/**
 * SQLSTATE classes of what the data of a statement causes, so that it would fail again: 22 a value that is none, 23 a
 * constraint, 54 a limit of PostgreSQL (a value too long for an index, JSON too deep), P0 the refusal of a trigger.
 */
const REFUSALS = /^(22|23|54|P0)/;

/**
 * True if the same statement may succeed later. That is so of everything but what the data itself causes: how an outage
 * shows itself depends on the network, the driver and the fail-over, and no list has all of it. The end of a call that is
 * taken for refused is lost; one that waits in vain is still written when the fault has been mended.
 */
export function isOutage(error: unknown): boolean {
  // A fault of our own, met while the statement was made.
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) return false;
  const { code } = error as { code?: unknown };
  return typeof code !== 'string' || !REFUSALS.test(code);
}
