export interface Shares {
  /** What each claimant gets, in the order of the demands. */
  readonly shares: readonly number[];
  /** With whom the next round begins: the one after the last who got something. */
  readonly next: number;
}

/**
 * Shares units among claimants, one at a time in turn, until the units or the demands are used up. Nobody gets more
 * than he demands, and no two who both could take more differ by more than one.
 *
 * @param first index of the claimant whose turn it is
 */
export function shareInTurn(units: number, demands: readonly number[], first: number): Shares {
  const shares = demands.map(() => 0);
  let next = demands.length > 0 ? first % demands.length : 0;
  let left = units;
  let hungry = demands.filter((demand) => demand > 0).length;
  for (let index = next; left > 0 && hungry > 0; index = (index + 1) % demands.length) {
    const share = shares[index] ?? 0;
    const demand = demands[index] ?? 0;
    if (share >= demand) continue;
    shares[index] = share + 1;
    left--;
    if (share + 1 >= demand) hungry--;
    next = (index + 1) % demands.length;
  }
  return { shares, next };
}
