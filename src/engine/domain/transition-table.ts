/** States and, for each, the states that may follow. */
export type TransitionTable<State extends string> = Readonly<Record<State, readonly State[]>>;

/**
 * Checks a state machine: every state can be reached from `initial`, every state of `final` is left by nothing, and
 * from every other state something can happen. Returns what is wrong, in English; empty if nothing is.
 */
export function findTableFaults<State extends string>(
  table: TransitionTable<State>,
  ends: { readonly initial: State; readonly final: readonly State[] },
): readonly string[] {
  const states = Object.keys(table) as State[];
  const reached = new Set<State>([ends.initial]);
  for (const state of reached) for (const next of table[state]) reached.add(next);
  const faults: string[] = [];
  for (const state of states) {
    const isFinal = ends.final.includes(state);
    if (!reached.has(state)) faults.push(`${state} cannot be reached from ${ends.initial}`);
    if (isFinal && table[state].length > 0) faults.push(`${state} is final, yet it is left for ${table[state].join()}`);
    if (!isFinal && table[state].length === 0) faults.push(`${state} is not final, yet nothing follows`);
  }
  return faults;
}
