import { expect, test } from '@jest/globals';
import { CALL_ID_PREFIX_LENGTH, callIdPrefixes } from '../../src/engine/sip/call-id-prefixes.js';

test('the user agents of a long outage of two registrars have Call-ID prefixes of their own, of one length', () => {
  const next = callIdPrefixes();
  const all = Array.from({ length: 200_000 }, () => next());
  expect(new Set(all).size).toBe(all.length);
  expect(all.every(({ length }) => length === CALL_ID_PREFIX_LENGTH)).toBe(true);
});
