/** A part of a whole, 0 to 1; undefined where there is no whole yet. */
export function shareOf(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined;
}

/** Of the people who were reached and not given up by themselves: those for whom there was nobody to talk to. */
export function abandonedRate(counters: { readonly abandoned: number; readonly transferred: number }) {
  return shareOf(counters.abandoned, counters.abandoned + counters.transferred);
}
