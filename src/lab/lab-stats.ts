import { Outcome } from './outcomes.js';

/** What the lab has done since its start, and what it does now. */
export interface LabStats {
  /** Calls to customers by the outcome that was drawn for them. */
  readonly played: Readonly<Record<Outcome, number>>;
  /** Calls to the pilot number itself. */
  readonly pilotCalls: number;
  /** Legs of calls that are not over. */
  readonly callsNow: number;
  readonly transfers: Readonly<TransferCounts>;
  readonly agents: Readonly<AgentCounts>;
  readonly rtp: { readonly sent: number; readonly received: number; readonly streamsNow: number };
  readonly malformedDatagrams: number;
  /** SIP and RTP packets that were not sent because they would have left loopback. */
  readonly refusedDestinations: number;
}

/** REFERs by what became of them. */
export interface TransferCounts {
  /** An agent answered. */
  taken: number;
  /** No agent within the queue's time-out: NOTIFY 503. */
  noAgent: number;
  /** The customer hung up while the agent's telephone rang: NOTIFY 503. */
  customerHungUp: number;
  /** Not to the pilot number: NOTIFY 404. */
  unknownTarget: number;
  /** REFER answered with 603. */
  refused: number;
}

export interface AgentCounts {
  readonly total: number;
  readonly free: number;
  readonly ringing: number;
  readonly talking: number;
  readonly wrapUp: number;
  /** Callers in the queue. */
  readonly waiting: number;
}

/** The counters behind the statistics. */
export class LabTally {
  readonly played: Record<Outcome, number>;
  readonly transfers: TransferCounts = { taken: 0, noAgent: 0, customerHungUp: 0, unknownTarget: 0, refused: 0 };
  pilotCalls = 0;

  constructor() {
    const none: Partial<Record<Outcome, number>> = {};
    for (const outcome of Object.values(Outcome)) none[outcome] = 0;
    this.played = none as Record<Outcome, number>;
  }
}
