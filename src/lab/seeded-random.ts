/** Numbers in [0, 1) that depend on nothing but the key: the same lab tells the same story on every machine. */
export interface SeededRandom {
  next(): number;
  /** A number in [from, to). */
  between(from: number, to: number): number;
}

/** FNV-1a (32 bits) of the key starts Mulberry32; good enough to shuffle stories, not for secrets. */
export function seededRandom(key: string): SeededRandom {
  let state = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) state = Math.imul(state ^ key.charCodeAt(i), 0x01000193);
  // Keys that differ in the last character only would start close together without this.
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { next, between: (from, to) => from + next() * (to - from) };
}
