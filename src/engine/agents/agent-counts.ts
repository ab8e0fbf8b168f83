import type { AgentInfo, QueueSnapshot } from '../contracts/agent-source.js';
import type { AgentState } from '../domain/agent-state.js';

export type AgentCounts = Pick<
  QueueSnapshot,
  'loggedIn' | 'free' | 'reserved' | 'ringing' | 'busy' | 'wrapUp' | 'unavailable' | 'unknown'
>;

/** The counts of a queue whose agents are known one by one. */
export function countAgents(agents: readonly AgentInfo[]): AgentCounts {
  const counts = new Map<AgentState, number>();
  for (const { state } of agents) counts.set(state, (counts.get(state) ?? 0) + 1);
  const by = (state: AgentState): number => counts.get(state) ?? 0;
  return {
    loggedIn: agents.length - by('LOGGED_OUT') - by('UNKNOWN'),
    free: by('AVAILABLE'),
    reserved: by('RESERVED'),
    ringing: by('RINGING'),
    busy: by('TALKING') + by('HELD'),
    wrapUp: by('WRAPUP'),
    unavailable: by('UNAVAILABLE'),
    unknown: by('UNKNOWN'),
  };
}

/** What is left of an agent's state when the source cannot be believed any more. */
export function unknownSince({ agentId, displayName, extension, state, since }: AgentInfo, at: Date): AgentInfo {
  const names = { agentId, ...(displayName && { displayName }), ...(extension && { extension }) };
  return state === 'LOGGED_OUT' ? { ...names, state, since } : { ...names, state: 'UNKNOWN', since: at };
}
