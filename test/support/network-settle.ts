/** Lets what was written to a loopback socket arrive, be answered, and the answer arrive: for a `FakeClock` beside real sockets. */
export async function settleNetwork(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves once it holds; what is looked at is synchronous, and the test's time-out ends a vain wait. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
