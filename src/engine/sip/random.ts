import { randomBytes } from 'node:crypto';

const POOL_BYTES = 4_096;
let pool = '';
let used = 0;

/**
 * 64 random bits in hexadecimal for branches, tags and Call-IDs (RFC 3261, 19.3 asks for 32 at least), from a pool: one
 * call of the system's generator for 512 of them.
 */
export const hex64 = (): string => {
  if (used >= pool.length) {
    pool = randomBytes(POOL_BYTES).toString('hex');
    used = 0;
  }
  used += 16;
  return pool.slice(used - 16, used);
};
