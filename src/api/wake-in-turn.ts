/** Readers that are woken before the process looks after its sockets and timers again: some two milliseconds of work. */
const WOKEN_AT_ONCE = 32;

const waiting: (() => void)[] = [];
let isRunning = false;

/**
 * Calls back soon, in the order of the calls, a few at a time. A change that thousands watch costs the process a tenth
 * of a second: done in one go, calls in flight would wait for it, and the dialer would miss its pace.
 */
export function wakeInTurn(wake: () => void): void {
  waiting.push(wake);
  if (isRunning) return;
  isRunning = true;
  setImmediate(wakeSome);
}

function wakeSome(): void {
  for (const wake of waiting.splice(0, WOKEN_AT_ONCE)) wake();
  if (waiting.length > 0) setImmediate(wakeSome);
  else isRunning = false;
}
