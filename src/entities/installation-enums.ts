import { registerEnumType } from 'type-graphql';
import { AgentSourceFault, AgentSourceKind, AgentSourceStatus, AgentState } from '../engine/domain/agent-state.js';
import { EngineState } from '../engine/domain/engine-state.js';
import { LineState, SipTransport, TransferMode } from '../engine/domain/line-state.js';

/** The enums of trunks, queues, agents and the engine; `enums.ts` has the others, and passes these on. */
export {
  AgentSourceFault,
  AgentSourceKind,
  AgentSourceStatus,
  AgentState,
  EngineState,
  LineState,
  SipTransport,
  TransferMode,
};

export const AgentReportMode = { CHANGES: 'CHANGES', SNAPSHOT: 'SNAPSHOT' } as const;
export type AgentReportMode = (typeof AgentReportMode)[keyof typeof AgentReportMode];

export const EngineFaultSubject = {
  TRUNK: 'TRUNK',
  DIALER_PORT: 'DIALER_PORT',
  CALLER_ID: 'CALLER_ID',
  AGENT_SOURCE: 'AGENT_SOURCE',
  DNC_SERVICE: 'DNC_SERVICE',
  DATABASE: 'DATABASE',
} as const;
export type EngineFaultSubject = (typeof EngineFaultSubject)[keyof typeof EngineFaultSubject];

registerEnumType(SipTransport, {
  name: 'SipTransport',
  description: 'Transport of SIP.',
  valuesConfig: {
    UDP: { description: 'UDP, with retransmissions.' },
    TCP: { description: 'TCP.' },
    TLS: { description: 'TLS over TCP.' },
  },
});

registerEnumType(LineState, {
  name: 'LineState',
  description: 'State of a trunk or dialer port.',
  valuesConfig: {
    CONNECTING: { description: 'It registers, or has not answered yet.' },
    IN_SERVICE: { description: 'It can be used.' },
    BACKING_OFF: { description: 'It failed and waits before the next try; it is not used.' },
    OUT_OF_SERVICE: { description: 'It was taken out after repeated faults; it is not used.' },
  },
});

registerEnumType(TransferMode, {
  name: 'TransferMode',
  description: 'How an answered call gets to the pilot number.',
  valuesConfig: {
    REFER: {
      description:
        'Blind transfer by REFER (RFC 3515); its NOTIFY outcome is awaited. For a PBX that holds both legs. A peer that refuses it gets a transfer by `REINVITE` while the customer is still heard.',
    },
    REINVITE: {
      description:
        'A second call to the pilot number, over the same line, then media joined end to end by re-INVITE (RFC 3725). The customer hears ringing meanwhile and stays with the dialer if the pilot fails; the line stays busy until the two have done talking. For carrier trunks, and wherever the peer is not known.',
    },
  },
});

registerEnumType(AgentSourceKind, {
  name: 'AgentSourceKind',
  description: 'How the engine learns which agents or channels of a queue are free.',
  valuesConfig: {
    OSCC: {
      description:
        'The REST interface of OpenScape Contact Center; not verified against a real server, and off unless the installation enables it.',
    },
    ASTERISK_AMI: { description: 'A queue of Asterisk, over its manager interface.' },
    FREESWITCH_ESL: { description: 'A queue of FreeSWITCH (mod_callcenter), over its event socket.' },
    SIP_DIALOG: { description: 'SIP subscriptions to the dialog state of extensions or channels (RFC 4235).' },
    PUSH: { description: "Reports of the integrator's own system by `setAgentStates`." },
    FIXED: { description: 'A fixed number of channels, less the calls that the dialer has handed over.' },
  },
});

registerEnumType(AgentState, {
  name: 'AgentState',
  description: 'State of an agent. Calls are placed for `AVAILABLE` agents only.',
  valuesConfig: {
    LOGGED_OUT: { description: 'Not logged in.' },
    UNAVAILABLE: { description: 'Logged in, but paused or away.' },
    AVAILABLE: { description: 'Free for a call.' },
    RESERVED: { description: 'About to be offered a call.' },
    RINGING: { description: "The agent's telephone rings." },
    TALKING: { description: 'In a call.' },
    HELD: { description: 'In a call that is on hold.' },
    WRAPUP: { description: 'In the work after a call.' },
    UNKNOWN: { description: 'Not known.' },
  },
});

registerEnumType(AgentReportMode, {
  name: 'AgentReportMode',
  description: 'How a report of agent states relates to earlier ones.',
  valuesConfig: {
    CHANGES: { description: 'It names what has changed; the rest stays.' },
    SNAPSHOT: {
      description:
        'It names everything: what it does not name is logged out. The first report after a restart of either side must be one.',
    },
  },
});

registerEnumType(AgentSourceStatus, {
  name: 'AgentSourceStatus',
  description: 'Condition of an agent source. In any other than `SYNCED` and `DEGRADED` nobody counts as free.',
  valuesConfig: {
    CONNECTING: { description: 'It connects, or reads the first full state.' },
    SYNCED: { description: 'It is up to date.' },
    DEGRADED: { description: 'It works, but its figures do not fully agree; the smaller one counts.' },
    STALE: { description: 'It has been silent past its time-out.' },
    DOWN: { description: 'It cannot be reached.' },
  },
});

registerEnumType(AgentSourceFault, {
  name: 'AgentSourceFault',
  description: 'What is wrong with an agent source.',
  valuesConfig: {
    AUTH: { description: 'The credentials are refused.' },
    NETWORK: { description: 'The other side cannot be reached.' },
    PROTOCOL: { description: 'The other side answers what is not understood.' },
    UNKNOWN_POOL: { description: 'The other side has no such queue, group or extension.' },
    PERMISSION: { description: 'The user lacks a permission on the other side.' },
    VERSION: { description: 'The other side has a version that is not supported.' },
  },
});

registerEnumType(EngineState, {
  name: 'EngineState',
  description: 'State of the dialing engine.',
  valuesConfig: {
    STANDBY: { description: 'It waits for the lease, which another instance holds.' },
    RECOVERING: { description: 'It closes what an earlier run left open; nothing is dialed yet.' },
    RUNNING: { description: 'It dials whatever there is to dial.' },
    DRAINING: { description: 'It ends: no new calls, ringing ones are cancelled, answered ones finish.' },
    STOPPED: { description: 'It has ended, or was never started.' },
  },
});

registerEnumType(EngineFaultSubject, {
  name: 'EngineFaultSubject',
  description: 'What a fault concerns.',
  valuesConfig: {
    TRUNK: { description: 'A trunk.' },
    DIALER_PORT: { description: 'A dialer port.' },
    CALLER_ID: { description: 'A caller-ID, whose calls carriers block.' },
    AGENT_SOURCE: { description: 'The agent source of a queue.' },
    DNC_SERVICE: { description: 'A do-not-call service.' },
    DATABASE: { description: 'The database.' },
  },
});
