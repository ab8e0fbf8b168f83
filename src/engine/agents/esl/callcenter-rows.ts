import type { AgentState } from '../../domain/agent-state.js';
import type { EslRow } from './esl-codec.js';

/** An agent of the queue: its own row, and its tier in the queue. */
export interface CallcenterAgent {
  readonly name: string;
  readonly status: string;
  readonly state: string;
  readonly tierState: string;
  /** Instants in seconds of the switch's clock, 0: never. */
  readonly lastBridgeEndS: number;
  readonly readyTimeS: number;
  readonly wrapUpS: number;
  /** The longest of the delays that may follow a call which the agent did not take. */
  readonly longestDelayS: number;
  readonly externalCalls: number;
}

export function readAgent(row: EslRow, tierState: string): CallcenterAgent {
  const seconds = (name: string): number => toSeconds(row[name]);
  return {
    name: row.name ?? '',
    status: row.status ?? '',
    state: row.state ?? '',
    tierState,
    lastBridgeEndS: seconds('last_bridge_end'),
    readyTimeS: seconds('ready_time'),
    wrapUpS: seconds('wrap_up_time'),
    longestDelayS: Math.max(seconds('reject_delay_time'), seconds('busy_delay_time'), seconds('no_answer_delay_time')),
    externalCalls: seconds('external_calls_count'),
  };
}

/** Instants are seconds; some versions of events have them in microseconds. */
export function toSeconds(text: string | undefined): number {
  const value = Number(text ?? 0);
  if (!Number.isFinite(value)) return 0;
  return value > 1e14 ? Math.floor(value / 1e6) : value;
}

/** When the queue offers the agent calls again, as far as time alone holds it back. */
export function readyAtS(agent: CallcenterAgent): number {
  // The queue asks for last_bridge_end < now - wrap_up_time, so that one second more goes by.
  const wrapUpEndS = agent.lastBridgeEndS > 0 ? agent.lastBridgeEndS + agent.wrapUpS + 1 : 0;
  return Math.max(wrapUpEndS, agent.readyTimeS);
}

export interface DescribedState {
  readonly state: AgentState;
  readonly reason?: string;
}

/**
 * The rule by which mod_callcenter chooses agents, and what they are otherwise. What they do goes before what they would
 * be allowed to: an agent in a call is busy, whatever his status.
 */
export function describeState(agent: CallcenterAgent, skipsExternalCalls: boolean, switchNowS: number): DescribedState {
  const { status, state, tierState } = agent;
  if (status === 'Logged Out') return { state: 'LOGGED_OUT' };
  if (state === 'In a queue call' || tierState === 'Active Inbound') return { state: 'TALKING' };
  if (state === 'Receiving' || tierState === 'Offering') return { state: 'RINGING' };
  if (state === 'Reserved') return { state: 'RESERVED' };
  if (skipsExternalCalls && agent.externalCalls > 0) return { state: 'TALKING' };
  if (status === 'On Break') return { state: 'UNAVAILABLE', reason: status };
  if (status !== 'Available' && status !== 'Available (On Demand)') return { state: 'UNKNOWN' };
  // After a call on demand the agent stays idle until somebody sets the state.
  if (state === 'Idle') return { state: 'UNAVAILABLE', reason: state };
  if (state !== 'Waiting') return { state: 'UNKNOWN' };
  if (tierState !== 'Ready' && tierState !== 'No Answer') return { state: 'UNAVAILABLE', reason: tierState };
  return { state: switchNowS < readyAtS(agent) ? 'WRAPUP' : 'AVAILABLE' };
}
