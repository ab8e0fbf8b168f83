import type { Line } from '../contracts/telephony.js';
import type { TransferMode } from '../domain/line-state.js';

/**
 * Calls of a line's capacity that a customer takes, from the choice of the line on: a transfer by REINVITE places a second
 * call over the same line, and a person who has answered must not find it full.
 *
 * A line of one call is a subscriber, whose second call is like a consultation call: the PBX allows it, or nothing could be
 * transferred over the line at all.
 */
export function callsTaken({ capacity }: Pick<Line, 'capacity'>, transferMode: TransferMode): number {
  return transferMode === 'REINVITE' ? Math.min(2, capacity) : 1;
}
