import type { EntityManager, QBFilterQuery } from '@mikro-orm/postgresql';
import { groupAccess } from '../auth/group-access.js';
import type { Viewer } from '../auth/viewer.js';
import { readPhoneNumber } from '../engine/domain/phone-number.js';
import { Campaign } from '../entities/campaign.js';
import { LeadStatus } from '../entities/enums.js';
import { Lead } from '../entities/lead.js';
import { notFound } from '../errors.js';
import { lockStoppedCampaign } from './campaign-access.js';
import { InputCheck, isId, requireVersion, rethrowTaken } from './input-check.js';
import { type LeadConditions, leadConditions } from './lead-filter.js';
import { numberProblem } from './lead-import/lead-row.js';
import { sqlTextArray } from './sql-text-array.js';
import type { LiveChanges } from './live-changes.js';

export interface LeadEdit {
  readonly name?: string | null;
  readonly description?: string | null;
  readonly phoneNumber?: string | null;
}

export interface LeadsToDelete {
  readonly campaignId: string;
  readonly leadIds?: readonly string[] | null;
  readonly filter?: LeadConditions | null;
}

/**
 * Leads are edited while their campaign is stopped (product.md, Leads). The counters change by what the same statement
 * has done to the leads, so that they add up even while the last calls of the campaign end.
 */
export class LeadService {
  constructor(private readonly live: LiveChanges) {}

  async find(em: EntityManager, viewer: Viewer, id: string): Promise<Lead> {
    const lead = isId(id) ? await em.findOne(Lead, { id, campaign: groupAccess.campaigns(viewer) }) : null;
    if (!lead) throw notFound('lead', id);
    return lead;
  }

  /** Names of the extra fields that any lead of the campaign has. */
  async extraFieldNames(em: EntityManager, campaignId: string): Promise<string[]> {
    const rows = await em.execute<{ field: string }[]>(
      'select distinct field from lead, jsonb_object_keys(extra_fields) field where campaign_id = ? order by field',
      [campaignId],
    );
    return rows.map(({ field }) => field);
  }

  async update(em: EntityManager, viewer: Viewer, id: string, version: number, edit: LeadEdit): Promise<Lead> {
    const check = new InputCheck();
    check.noNulls('input', edit);
    check.text('input.name', edit.name, 1000);
    check.text('input.description', edit.description);
    check.throwIfAny();
    const { campaign: owner } = await this.find(em, viewer, id);
    return em.transactional(async (tx) => {
      const campaign = await lockStoppedCampaign(tx, viewer, owner.id);
      const lead = await tx.findOne(Lead, { id, campaign: campaign.id }, { refresh: true });
      if (!lead) throw notFound('lead', id);
      requireVersion(lead.version, version);
      if (edit.name != null) lead.name = edit.name.trim();
      if (edit.description != null) lead.description = edit.description.trim();
      if (edit.phoneNumber != null) {
        const country = campaign.defaultCountry ?? undefined;
        const reading = readPhoneNumber(edit.phoneNumber, country);
        const problem = reading.ok ? '' : numberProblem(edit.phoneNumber, reading.problem, country);
        check.require(reading.ok, 'input.phoneNumber', problem);
        check.throwIfAny();
        if (reading.ok) lead.phoneNumber = reading.e164;
      }
      lead.updatedAt = new Date();
      try {
        await tx.flush();
      } catch (error) {
        rethrowTaken(error, 'lead_campaign_id_phone_number_key', 'input.phoneNumber', lead.phoneNumber);
      }
      return lead;
    });
  }

  async delete(
    em: EntityManager,
    viewer: Viewer,
    { campaignId, leadIds, filter }: LeadsToDelete,
  ): Promise<{ deletedCount: number; campaign: Campaign }> {
    const check = new InputCheck();
    check.require((leadIds == null) !== (filter == null), 'input', 'needs exactly one of leadIds and filter');
    if (leadIds != null) {
      const isFew = leadIds.length >= 1 && leadIds.length <= 500;
      check.require(isFew, 'input.leadIds', `has ${leadIds.length} ids; 1 to 500 are allowed`);
    }
    check.throwIfAny();
    const result = await em.transactional(async (tx) => {
      const campaign = await lockStoppedCampaign(tx, viewer, campaignId);
      const chosen = leadIds == null ? leadConditions(filter ?? null) : { id: { $in: leadIds.filter(isId) } };
      const { sql, params } = tx
        .createQueryBuilder(Lead, 'l')
        .select('l.id')
        .where({ $and: [{ campaign: campaign.id }, chosen] } as QBFilterQuery<Lead>)
        .toQuery();
      const [row] = await tx.execute<{ count: number }[]>(
        `with gone as (delete from lead where id in (${sql}) returning status, place),
         counted as (
           update campaign_counters set
             total = total - (select count(*) from gone),
             pending = pending - (select count(*) from gone where place <> 'DONE'),
             ${STATUS_COLUMNS.map((name) => `${name} = ${name} - ${countOf('gone', name)}`).join(', ')}
           where campaign_id = ?
         )
         select count(*)::int as count from gone`,
        [...params, campaign.id],
      );
      return { deletedCount: row?.count ?? 0, campaign };
    });
    this.live.countersChanged(campaignId);
    return result;
  }

  /** A lead whose number asked never to be called again is left as it is, and so is one that is in a call. */
  async recycle(
    em: EntityManager,
    viewer: Viewer,
    campaignId: string,
    statuses: readonly LeadStatus[],
  ): Promise<{ recycledCount: number; campaign: Campaign }> {
    const check = new InputCheck();
    check.require(statuses.length > 0, 'input.statuses', 'must name at least one status');
    const isForbidden = statuses.includes(LeadStatus.DO_NOT_CALL);
    check.require(!isForbidden, 'input.statuses', 'DO_NOT_CALL is not allowed: such a lead is never dialed again');
    check.throwIfAny();
    const result = await em.transactional(async (tx) => {
      const campaign = await lockStoppedCampaign(tx, viewer, campaignId);
      const [row] = await tx.execute<{ count: number }[]>(
        `with chosen as (
           select l.id, l.status, l.place from lead l
           where l.campaign_id = ? and l.status = any (?::text[]) and l.place <> 'IN_CALL'
             and not exists (select from suppressed_number s where s.phone_number = l.phone_number)
           for no key update
         ), recycled as (
           update lead l set status = 'NOT_CALLED', place = 'NEW', due_at = null, attempt_count = 0, unreachable = false,
             last_ended_at = null, updated_at = ?
           from chosen c where l.id = c.id
           returning c.status, c.place
         ), counted as (
           update campaign_counters set
             pending = pending + (select count(*) from recycled where place = 'DONE'),
             ${STATUS_COLUMNS.map((name) =>
               name === 'not_called'
                 ? `not_called = not_called + (select count(*) from recycled where status <> 'NOT_CALLED')`
                 : `${name} = ${name} - ${countOf('recycled', name)}`,
             ).join(', ')}
           where campaign_id = ?
         )
         select count(*)::int as count from recycled`,
        [campaign.id, sqlTextArray(statuses), new Date(), campaign.id],
      );
      return { recycledCount: row?.count ?? 0, campaign };
    });
    this.live.countersChanged(campaignId);
    return result;
  }
}

/** The counters of leads by status; each is named after its status. */
const STATUS_COLUMNS = Object.values(LeadStatus).map((status) => status.toLowerCase());

function countOf(leads: string, column: string): string {
  return `(select count(*) from ${leads} where status = '${column.toUpperCase()}')`;
}
