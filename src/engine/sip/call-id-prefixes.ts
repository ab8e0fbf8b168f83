import { hex64 } from './random.js';

/** Length of a prefix; the sockets tell user agents apart by it. */
export const CALL_ID_PREFIX_LENGTH = 11;

const RUN_LENGTH = 6;
const COUNT_LENGTH = CALL_ID_PREFIX_LENGTH - RUN_LENGTH;

/**
 * What Call-IDs of a user agent begin with: the run, so that a message for an earlier process finds nobody, and a number.
 * A port makes a new user agent each time it goes to another registrar, so that a long outage uses up thousands of numbers.
 * The one returned here gives 60 million prefixes before the first comes again.
 */
export const callIdPrefixes = (): (() => string) => {
  const run = hex64().slice(0, RUN_LENGTH);
  let count = 0;
  return () => `${run}${(count++ % 36 ** COUNT_LENGTH).toString(36)}`.padEnd(CALL_ID_PREFIX_LENGTH, '-');
};
