/** Free agents who serve the same queues. */
export interface AgentGroup {
  readonly queueIds: ReadonlySet<string>;
  /** 0 or more. */
  readonly size: number;
}

/**
 * How many more calls a queue may have, so that every call on its way still finds a free agent of its own, whichever of
 * the queues it is for. An agent of two queues is free in both and can take one call: the calls are matched with the groups,
 * and one that is matched moves on to another group of its queue where that makes room (augmenting paths).
 *
 * @param calls calls on their way, by queue; those that find nobody are passed over
 */
export function roomFor(queueId: string, calls: ReadonlyMap<string, number>, groups: readonly AgentGroup[]): number {
  const places = groups.map(({ queueIds, size }) => ({ queueIds, left: size, calls: new Map<string, number>() }));
  const place = (queue: string, tried: Set<object>): boolean => {
    for (const group of places) {
      if (tried.has(group) || !group.queueIds.has(queue)) continue;
      tried.add(group);
      if (group.left > 0) group.left--;
      else {
        const moved = [...group.calls].find(([other, count]) => count > 0 && other !== queue && place(other, tried));
        if (!moved) continue;
        group.calls.set(moved[0], moved[1] - 1);
      }
      group.calls.set(queue, (group.calls.get(queue) ?? 0) + 1);
      return true;
    }
    return false;
  };
  for (const [queue, count] of calls) {
    for (let index = 0; index < count && place(queue, new Set()); index++);
  }
  let room = 0;
  while (place(queueId, new Set())) room++;
  return room;
}
