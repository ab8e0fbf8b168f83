import type { EntityManager } from '@mikro-orm/postgresql';
import type { AttemptState, IdleReason, LeadStatus } from '../entities/enums.js';
import type { EngineDoor } from './engine-door.js';
import { sqlTextArray } from './sql-text-array.js';

/** The live counters of a campaign, all of the same instant (`campaign_counters`, open attempts, and the engine). */
export interface CountersNow {
  readonly campaignId: string;
  readonly at: Date;
  readonly leads: LeadCountsNow;
  /** Leads that the engine may still call. */
  readonly pending: number;
  readonly inFlight: CallsInFlightNow;
  readonly attempts: number;
  readonly answered: number;
  readonly transferred: number;
  readonly abandoned: number;
  readonly customerHungUp: number;
  readonly machines: number;
  readonly callsPerMinute: number;
  readonly freeAgents: number;
  readonly idleReason: IdleReason | null;
}

export interface LeadCountsNow {
  readonly total: number;
  readonly notCalled: number;
  readonly success: number;
  readonly failed: number;
  readonly busy: number;
  readonly declined: number;
  readonly amd: number;
  readonly serviceTemporarilyUnavailable: number;
  readonly doNotCall: number;
  readonly unknown: number;
}

export interface CallsInFlightNow {
  readonly total: number;
  readonly queued: number;
  readonly checkingDnc: number;
  readonly dialing: number;
  readonly ringing: number;
  readonly answered: number;
  readonly detecting: number;
  readonly transferring: number;
}

/** Which count is of which status. */
export const COUNT_OF_STATUS: Readonly<Record<LeadStatus, keyof LeadCountsNow>> = {
  NOT_CALLED: 'notCalled',
  SUCCESS: 'success',
  FAILED: 'failed',
  BUSY: 'busy',
  DECLINED: 'declined',
  AMD: 'amd',
  SERVICE_TEMPORARILY_UNAVAILABLE: 'serviceTemporarilyUnavailable',
  DO_NOT_CALL: 'doNotCall',
  UNKNOWN: 'unknown',
};

/** Reads counters: of many campaigns in one statement, so that all figures of a campaign are of one snapshot. */
export class CampaignCountersReader {
  constructor(private readonly engine: EngineDoor) {}

  async read(em: EntityManager, campaignIds: readonly string[]): Promise<Map<string, CountersNow>> {
    const rows = await em.execute<CountersRow[]>(
      `select k.*, clock_timestamp() as at, coalesce(o.states, '{}') as states
       from campaign_counters k
       left join (
         select campaign_id, jsonb_object_agg(state, calls) as states
         from (select campaign_id, state, count(*) as calls from call_attempt where ended_at is null group by 1, 2) s
         group by campaign_id
       ) o on o.campaign_id = k.campaign_id
       where k.campaign_id = any (?::uuid[])`,
      [sqlTextArray(campaignIds)],
    );
    return new Map(rows.map((row) => [row.campaign_id, this.describe(row)]));
  }

  private describe(row: CountersRow): CountersNow {
    const inFlight = callsInFlight(row.states);
    const { idleReason, callsPerMinute, freeAgents } = this.engine.campaignStatus(row.campaign_id);
    return {
      campaignId: row.campaign_id,
      at: new Date(row.at),
      leads: {
        total: row.total,
        notCalled: row.not_called,
        success: row.success,
        failed: row.failed,
        busy: row.busy,
        declined: row.declined,
        amd: row.amd,
        serviceTemporarilyUnavailable: row.service_temporarily_unavailable,
        doNotCall: row.do_not_call,
        unknown: row.unknown,
      },
      pending: row.pending,
      inFlight,
      attempts: row.attempts_ended + inFlight.total,
      answered: row.answered,
      transferred: row.transferred,
      abandoned: row.abandoned,
      customerHungUp: row.customer_hung_up,
      machines: row.machines,
      ...{ callsPerMinute, freeAgents, idleReason },
    };
  }
}

function callsInFlight(states: CountersRow['states']): CallsInFlightNow {
  const of = (state: AttemptState): number => states[state] ?? 0;
  return {
    total: Object.values(states).reduce((sum, calls) => sum + calls, 0),
    queued: of('QUEUED'),
    checkingDnc: of('CHECKING_DNC'),
    dialing: of('DIALING'),
    ringing: of('RINGING'),
    answered: of('ANSWERED'),
    detecting: of('DETECTING'),
    transferring: of('TRANSFERRING'),
  };
}

interface CountersRow {
  readonly campaign_id: string;
  readonly at: Date | string;
  readonly states: Readonly<Partial<Record<AttemptState, number>>>;
  readonly total: number;
  readonly pending: number;
  readonly not_called: number;
  readonly success: number;
  readonly failed: number;
  readonly busy: number;
  readonly declined: number;
  readonly amd: number;
  readonly service_temporarily_unavailable: number;
  readonly do_not_call: number;
  readonly unknown: number;
  readonly attempts_ended: number;
  readonly answered: number;
  readonly transferred: number;
  readonly abandoned: number;
  readonly customer_hung_up: number;
  readonly machines: number;
}
