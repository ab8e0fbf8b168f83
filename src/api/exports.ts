import type { EntityManager } from '@mikro-orm/postgresql';
import type { CallAttempt } from '../entities/call-attempt.js';
import type { Lead } from '../entities/lead.js';
import { findPage, type FoundPage, PAGE_MAX, type PageQuery } from '../resolvers/connection.js';
import { csvRow } from './csv.js';

type Value = string | number | null;
type Columns<T> = Readonly<Record<string, (row: T) => Value>>;

/** The first three are those of an upload, so that a file that was downloaded can be loaded again. */
export const LEAD_COLUMNS: Columns<Lead> = {
  name: (lead) => lead.name,
  phone: (lead) => lead.phoneNumber,
  description: (lead) => lead.description,
  status: (lead) => lead.status,
  attempts: (lead) => lead.attemptCount,
  extraFields: (lead) => JSON.stringify(lead.extraFields),
  createdAt: (lead) => lead.createdAt.toISOString(),
  updatedAt: (lead) => lead.updatedAt.toISOString(),
};

export const ATTEMPT_COLUMNS: Columns<CallAttempt> = {
  id: (attempt) => attempt.id,
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
  messageLeft: (attempt) => truth(attempt.messageLeft),
};

/** A whole list as CSV, page by page: what is held is one page, however long the list is. */
export async function* csvOfList<T extends object>(
  newEm: () => EntityManager,
  entity: new () => T,
  query: PageQuery<T>,
  columns: Columns<T>,
): AsyncGenerator<string> {
  yield `\ufeff${csvRow(Object.keys(columns))}`;
  let after: string | null = null;
  do {
    const page: FoundPage<T> = await findPage<T>(newEm(), entity, { first: PAGE_MAX, after }, query);
    yield page.edges.map(({ node }) => csvRow(Object.values(columns).map((value) => value(node)))).join('');
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
}

function truth(value: boolean | null): string | null {
  return value === null ? null : String(value);
}

function instant(at: Date | null): string | null {
  return at && at.toISOString();
}
