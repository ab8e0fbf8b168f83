import type { Pool, PoolClient } from 'pg';
import type { AttemptEnding, AttemptStep } from '../contracts/attempt-store.js';
import { AttemptState } from '../domain/call-attempt-state.js';
import type { AmdFinding } from '../domain/amd/finding.js';

export type AttemptWrite =
  { readonly type: 'step'; readonly step: AttemptStep } | { readonly type: 'ending'; readonly ending: AttemptEnding };

/**
 * Commits a batch: all steps in one statement, all endings in another. Answers for each whether it changed anything: an
 * attempt that has ended takes no step and does not end again.
 */
export async function writeAttempts(pool: Pool, batch: readonly AttemptWrite[]): Promise<boolean[]> {
  const steps = mergeSteps(batch);
  const endings = batch.flatMap((write) => (write.type === 'ending' ? [endingRow(write.ending)] : []));
  const changed = new Set<string>();
  const note = (kind: AttemptWrite['type'], ids: readonly string[]): void => {
    for (const id of ids) changed.add(`${kind}:${id}`);
  };
  if (endings.length === 0) {
    note('step', await writeSteps(pool, steps));
  } else if (steps.length === 0) {
    note('ending', await writeEndings(pool, endings));
  } else {
    await inTransaction(pool, async (client) => {
      note('step', await writeSteps(client, steps));
      note('ending', await writeEndings(client, endings));
    });
  }
  return batch.map((write) => {
    const id = write.type === 'step' ? write.step.attemptId : write.ending.attemptId;
    // Only the first of two endings of one attempt has changed anything.
    return write.type === 'step' ? changed.has(`step:${id}`) : changed.delete(`ending:${id}`);
  });
}

interface StepRow {
  readonly id: string;
  state: string;
  [column: string]: unknown;
}

/** Steps of one attempt that go into the same transaction become one row: the last state, and every step's time. */
function mergeSteps(batch: readonly AttemptWrite[]): StepRow[] {
  const rows = new Map<string, StepRow>();
  for (const write of batch) {
    if (write.type !== 'step') continue;
    const { attemptId, state, at, line, callerId, invite, dialog, transferTarget, pilotDialog, amd } = write.step;
    const row = rows.get(attemptId) ?? { id: attemptId, state };
    rows.set(attemptId, row);
    row.state = state;
    const timeColumn = TIME_COLUMN[state];
    if (timeColumn) row[timeColumn] = at;
    if (line) Object.assign(row, { line_id: line.lineId, trunk_name: line.trunkName, port_name: line.portName });
    if (callerId != null) row['caller_id'] = callerId;
    if (invite) row['invite'] = invite;
    if (dialog) row['dialog'] = dialog;
    if (transferTarget !== undefined) row['transfer_target'] = transferTarget;
    if (pilotDialog) row['pilot_dialog'] = pilotDialog;
    if (amd) Object.assign(row, amdColumns(amd));
  }
  return [...rows.values()];
}

const TIME_COLUMN: Partial<Record<AttemptStep['state'], string>> = {
  DIALING: 'dialed_at',
  RINGING: 'ringing_at',
  ANSWERED: 'answered_at',
};

function amdColumns(amd: AmdFinding): Record<string, unknown> {
  return {
    amd_verdict: amd.verdict,
    amd_reason: amd.reason,
    amd_kind: amd.kind,
    amd_features: amd.features,
    amd_decision_ms: amd.decisionMs,
    amd_confidence: amd.confidence,
    detected_at: amd.at,
  };
}

function endingRow({
  attemptId,
  termination,
  amd,
  messageLeft,
  neverDialed,
  transferredAt,
  lead,
}: AttemptEnding): Record<string, unknown> {
  return {
    id: attemptId,
    result: termination.status,
    counts: termination.countsAsAttempt,
    attributed_to: termination.attributedTo,
    reason: termination.reason,
    sip_status: termination.sipStatus ?? null,
    q850_cause: termination.q850Cause ?? null,
    sip_reason: termination.sipReason ?? null,
    sip_phrase: termination.sipPhrase ?? null,
    sip_warning: termination.sipWarning ?? null,
    retry_after_seconds: termination.retryAfterSeconds ?? null,
    last_provisional: termination.lastProvisional ?? null,
    local_cause: termination.localCause ?? null,
    suppress: termination.suppressNumber ?? false,
    given_back: termination.givenBack ?? false,
    ended_at: termination.at,
    transferred_at: transferredAt ?? null,
    message_left: messageLeft ?? null,
    never_dialed: neverDialed ?? false,
    lead_status: lead.status,
    lead_place: lead.place,
    lead_due_at: lead.dueAt,
    lead_attempt_count: lead.attemptCount,
    ...(amd ? amdColumns(amd) : {}),
  };
}

type Queryable = Pick<Pool, 'query'> | PoolClient;

/**
 * A state is left for a later one only (`AttemptState`). What was sent over a connection that has been given up may arrive
 * after it was tried again, and after what came next.
 */
function turnOf(state: string): string {
  return `array_position('{${Object.values(AttemptState).join(',')}}', ${state})`;
}

/**
 * A power of two that is no less than the number of rows. As a limit it tells the planner how few they are, for it takes any
 * JSON for a hundred, and would read the whole table, or all open calls, for one of them. That `state` is asked for rather
 * than `ended_at` keeps it from the indexes of open calls, which it takes to be few as long as nothing was analysed.
 */
function boundOf(rows: readonly unknown[]): number {
  return 2 ** Math.ceil(Math.log2(rows.length));
}

async function writeSteps(db: Queryable, rows: readonly StepRow[]): Promise<string[]> {
  const bound = boundOf(rows);
  const result = await db.query<{ id: string }>({
    name: `attempt-steps-${bound}`,
    text: `
      update call_attempt a set
        state = case when ${turnOf('v.state')} > ${turnOf('a.state')} then v.state else a.state end,
        line_id = coalesce(v.line_id, a.line_id),
        trunk_name = coalesce(v.trunk_name, a.trunk_name),
        port_name = coalesce(v.port_name, a.port_name),
        caller_id = coalesce(v.caller_id, a.caller_id),
        dialed_at = coalesce(v.dialed_at, a.dialed_at),
        ringing_at = coalesce(v.ringing_at, a.ringing_at),
        answered_at = coalesce(v.answered_at, a.answered_at),
        invite = coalesce(v.invite, a.invite),
        dialog = coalesce(v.dialog, a.dialog),
        transfer_target = coalesce(v.transfer_target, a.transfer_target),
        pilot_dialog = coalesce(v.pilot_dialog, a.pilot_dialog),
        amd_verdict = coalesce(v.amd_verdict, a.amd_verdict),
        amd_reason = coalesce(v.amd_reason, a.amd_reason),
        amd_kind = coalesce(v.amd_kind, a.amd_kind),
        amd_features = coalesce(v.amd_features, a.amd_features),
        amd_decision_ms = coalesce(v.amd_decision_ms, a.amd_decision_ms),
        amd_confidence = coalesce(v.amd_confidence, a.amd_confidence),
        detected_at = coalesce(v.detected_at, a.detected_at)
      from (
        select * from jsonb_to_recordset($1::jsonb) as v(
          id uuid, state text, line_id uuid, trunk_name text, port_name text, caller_id text, dialed_at timestamptz,
          ringing_at timestamptz, answered_at timestamptz, invite jsonb, dialog jsonb, transfer_target text,
          pilot_dialog jsonb, amd_verdict text, amd_reason text, amd_kind text, amd_features jsonb,
          amd_decision_ms int, amd_confidence double precision, detected_at timestamptz)
        limit ${bound}) v
      where a.id = v.id and a.state <> 'ENDED'
      returning a.id`,
    values: [toJson(rows)],
  });
  return result.rows.map((row) => row.id);
}

/**
 * The end of attempts with all that follows from it: the lead's status and place, the campaign's counters, and the
 * suppressed numbers. The counters change by the difference between the lead's row before and after, so that they add up
 * whatever the attempt did. INVITE and dialogs are forgotten: they are of use only while the call is open.
 */
async function writeEndings(db: Queryable, rows: readonly Record<string, unknown>[]): Promise<string[]> {
  const bound = boundOf(rows);
  const result = await db.query<{ id: string }>({
    name: `attempt-endings-${bound}`,
    text: `
      with v as (
        select distinct on (id) * from (
          select * from jsonb_to_recordset($1::jsonb) as v(
            id uuid, result text, counts boolean, attributed_to text, reason text, sip_status int, q850_cause int,
            sip_reason text, sip_phrase text, sip_warning text, retry_after_seconds int, last_provisional int,
            local_cause text, suppress boolean, given_back boolean, ended_at timestamptz, transferred_at timestamptz,
            lead_status text, lead_place text, lead_due_at timestamptz, lead_attempt_count int, amd_verdict text,
            amd_reason text, amd_kind text, amd_features jsonb, amd_decision_ms int, amd_confidence double precision,
            detected_at timestamptz, message_left boolean, never_dialed boolean)
          limit ${bound}) v
      ), ended as (
        update call_attempt a set
          state = 'ENDED', ended_at = v.ended_at, result = v.result, counts_as_attempt = v.counts,
          attributed_to = v.attributed_to, reason = v.reason, sip_status = v.sip_status, q850_cause = v.q850_cause,
          sip_reason = v.sip_reason, sip_phrase = v.sip_phrase, sip_warning = v.sip_warning,
          retry_after_seconds = v.retry_after_seconds, last_provisional = v.last_provisional,
          local_cause = v.local_cause, transferred_at = v.transferred_at,
          invite = null, dialog = null, pilot_dialog = null, message_left = v.message_left,
          dialed_at = case when v.never_dialed then null else a.dialed_at end,
          amd_verdict = coalesce(v.amd_verdict, a.amd_verdict),
          amd_reason = coalesce(v.amd_reason, a.amd_reason),
          amd_kind = coalesce(v.amd_kind, a.amd_kind),
          amd_features = coalesce(v.amd_features, a.amd_features),
          amd_decision_ms = coalesce(v.amd_decision_ms, a.amd_decision_ms),
          amd_confidence = coalesce(v.amd_confidence, a.amd_confidence),
          detected_at = coalesce(v.detected_at, a.detected_at)
        from v where a.id = v.id and a.state <> 'ENDED'
        returning a.id, a.campaign_id, a.lead_id, a.phone_number, a.answered_at, v.result, v.counts, v.reason,
          v.suppress, v.given_back, v.ended_at, v.transferred_at, v.lead_status, v.lead_place, v.lead_due_at,
          v.lead_attempt_count
      ), moved as (
        update lead l set
          status = e.lead_status, place = e.lead_place, due_at = e.lead_due_at, attempt_count = e.lead_attempt_count,
          unreachable = case when e.given_back then l.unreachable else e.reason = 'number-not-reachable' end,
          last_ended_at = case when e.given_back then l.last_ended_at else e.ended_at end,
          updated_at = e.ended_at
        from ended e join lead before on before.id = e.lead_id
        where l.id = e.lead_id
        returning l.campaign_id, before.status as old_status, l.status as new_status, l.place as new_place
      ), lead_change as (
        select campaign_id,
          count(*) filter (where new_place = 'DONE') as done,
          ${statusDifferences()}
        from moved group by campaign_id
      ), call_change as (
        select campaign_id, count(*) as ended,
          count(answered_at) as answered,
          count(transferred_at) as transferred,
          count(*) filter (where reason = 'transfer-failed') as abandoned,
          count(*) filter (where reason = 'customer-hung-up') as customer_hung_up,
          count(*) filter (where result = 'AMD' and counts) as machines
        from ended group by campaign_id
      ), counted as (
        update campaign_counters c set
          pending = c.pending - coalesce(lc.done, 0),
          ${STATUS_COLUMNS.map((name) => `${name} = c.${name} + coalesce(lc.${name}, 0)`).join(', ')},
          attempts_ended = c.attempts_ended + cc.ended,
          answered = c.answered + cc.answered,
          transferred = c.transferred + cc.transferred,
          abandoned = c.abandoned + cc.abandoned,
          customer_hung_up = c.customer_hung_up + cc.customer_hung_up,
          machines = c.machines + cc.machines
        from call_change cc left join lead_change lc on lc.campaign_id = cc.campaign_id
        where c.campaign_id = cc.campaign_id
      ), suppressed as (
        insert into suppressed_number (phone_number, reason, suppressed_at)
        select phone_number, reason, ended_at from ended where suppress
        on conflict (phone_number) do nothing
      )
      select id from ended
      union
      -- Ended by this very ending: its commit went through, and only the answer was lost with the connection.
      select a.id from call_attempt a join v on v.id = a.id and v.ended_at = a.ended_at and v.reason = a.reason`,
    values: [toJson(rows)],
  });
  return result.rows.map((row) => row.id);
}

/**
 * What peers send is kept as they sent it, but PostgreSQL's JSON takes neither NUL nor half a surrogate pair, and would
 * refuse the end of a call for one character of a Reason header.
 */
function toJson(rows: readonly Record<string, unknown>[]): string {
  const json = JSON.stringify(rows);
  // As escapes they can be seen in the whole. Looking at each value apart takes several times as long.
  if (!/\\u(?:0000|d[89a-f])/.test(json)) return json;
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'string' ? value.replace(/\0|\p{Surrogate}/gu, '\ufffd') : value,
  );
}

const STATUS_COLUMNS = [
  ...['not_called', 'success', 'failed', 'busy', 'declined', 'amd', 'service_temporarily_unavailable'],
  ...['do_not_call', 'unknown'],
];

function statusDifferences(): string {
  return STATUS_COLUMNS.map((column) => {
    const status = `'${column.toUpperCase()}'`;
    return `count(*) filter (where new_status = ${status}) - count(*) filter (where old_status = ${status}) as ${column}`;
  }).join(', ');
}

async function inTransaction(pool: Pool, run: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  // The pool listens to idle clients alone. The statement under way fails anyway; the error of the connection comes on
  // top of it, and would end the process if nobody listened.
  const ignore = (): void => undefined;
  client.on('error', ignore);
  let failure: Error | undefined;
  try {
    await client.query('begin');
    await run(client);
    await client.query('commit');
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    // With a failure the connection is closed, which rolls back; asking for that would wait for a server that is silent.
    client.release(failure);
    client.off('error', ignore);
  }
}
