import type { EntityManager } from '@mikro-orm/postgresql';
import type { CallAttempt } from '../entities/call-attempt.js';
import type { Lead } from '../entities/lead.js';
import { findPage, type FoundPage, PAGE_MAX, type PageQuery } from '../resolvers/connection.js';
import { abandonedAfterMs } from '../services/call-log.js';
import { EXPORT_ONLY } from '../services/lead-import/lead-columns.js';
import { csvRow } from './csv.js';

type Value = string | number | null;
type Columns<T> = readonly (readonly [name: string, (row: T) => Value])[];

/** Those of an upload come first, and an upload passes over the others: a file that was downloaded can be loaded again. */
export function leadColumns(extraFields: readonly string[]): Columns<Lead> {
  return [
    ['name', (lead) => lead.name],
    ['phone', (lead) => lead.phoneNumber],
    ['description', (lead) => lead.description],
    ...extraFields.map((name) => [name, (lead: Lead) => textOf(lead.extraFields[name])] as const),
    [`${EXPORT_ONLY}status`, (lead) => lead.status],
    [`${EXPORT_ONLY}attempts`, (lead) => lead.attemptCount],
    [`${EXPORT_ONLY}createdAt`, (lead) => lead.createdAt.toISOString()],
    [`${EXPORT_ONLY}updatedAt`, (lead) => lead.updatedAt.toISOString()],
  ];
}

export const ATTEMPT_COLUMNS: Columns<CallAttempt> = Object.entries<(attempt: CallAttempt) => Value>({
  id: (attempt) => attempt.id,
  campaignId: (attempt) => attempt.campaignId,
  scheduleId: (attempt) => attempt.scheduleId,
  leadId: (attempt) => attempt.leadId,
  campaign: (attempt) => attempt.campaignName,
  name: (attempt) => attempt.leadName,
  phone: (attempt) => attempt.phoneNumber,
  callerId: (attempt) => attempt.callerId,
  trunk: (attempt) => attempt.trunkName,
  port: (attempt) => attempt.portName,
  state: (attempt) => attempt.state,
  queuedAt: (attempt) => instant(attempt.queuedAt),
  dialedAt: (attempt) => instant(attempt.dialedAt),
  ringingAt: (attempt) => instant(attempt.ringingAt),
  answeredAt: (attempt) => instant(attempt.answeredAt),
  detectedAt: (attempt) => instant(attempt.detectedAt),
  transferredAt: (attempt) => instant(attempt.transferredAt),
  endedAt: (attempt) => instant(attempt.endedAt),
  result: (attempt) => attempt.result,
  countsAsAttempt: (attempt) => truth(attempt.countsAsAttempt),
  attributedTo: (attempt) => attempt.attributedTo,
  reason: (attempt) => attempt.reason,
  sipStatus: (attempt) => attempt.sipStatus,
  q850Cause: (attempt) => attempt.q850Cause,
  sipReason: (attempt) => attempt.sipReason,
  sipPhrase: (attempt) => attempt.sipPhrase,
  sipWarning: (attempt) => attempt.sipWarning,
  retryAfterSeconds: (attempt) => attempt.retryAfterSeconds,
  amdVerdict: (attempt) => attempt.amdVerdict,
  amdReason: (attempt) => attempt.amdReason,
  amdKind: (attempt) => attempt.amdKind,
  amdDecisionMs: (attempt) => attempt.amdDecisionMs,
  amdConfidence: (attempt) => attempt.amdConfidence,
  transferTarget: (attempt) => attempt.transferTarget,
  abandonedAfterMs,
  messageLeft: (attempt) => truth(attempt.messageLeft),
});

/** A whole list as CSV, page by page: what is held is one page, however long the list is. */
export async function* csvOfList<T extends object>(
  newEm: () => EntityManager,
  entity: new () => T,
  query: PageQuery<T>,
  columns: Columns<T>,
): AsyncGenerator<string> {
  yield `\ufeff${csvRow(columns.map(([name]) => name))}`;
  let after: string | null = null;
  do {
    const page: FoundPage<T> = await findPage<T>(newEm(), entity, { first: PAGE_MAX, after }, query);
    yield page.edges.map(({ node }) => csvRow(columns.map(([, value]) => value(node)))).join('');
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function truth(value: boolean | null): string | null {
  return value === null ? null : String(value);
}

function instant(at: Date | null): string | null {
  return at && at.toISOString();
}
