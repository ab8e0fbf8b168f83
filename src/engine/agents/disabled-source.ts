import type { AgentSource } from '../contracts/agent-source.js';
import type { Clock } from '../contracts/clock.js';
import type { AgentSourceKind } from '../domain/agent-state.js';
import { countAgents } from './agent-counts.js';

/** A source that is configured and that this installation does not have switched on: nobody is free, and it says why. */
export function disabledSource(kind: AgentSourceKind, clock: Clock, message: string): AgentSource {
  const since = clock.now();
  return {
    kind,
    snapshot: () => ({ at: clock.now(), ...countAgents([]), exact: false, callsSeen: 0 }),
    health: () => ({ status: 'DOWN', since, message }),
    onChanged: () => () => undefined,
    start: () => undefined,
    stop: () => Promise.resolve(),
  };
}
