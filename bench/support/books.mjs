// What must hold of the database at any instant, whatever happened to the product: each question counts what breaks a rule.

/** Of the retry time of the bench's campaign. */
const RETRY_MINUTES = 60;

const RULES = {
  'a lead was lost or doubled': `select abs((select count(*) from lead) - total) as broken from campaign_counters`,
  'a lead is in a call that nobody has': `select count(*) as broken from lead l where place = 'IN_CALL'
       and not exists (select from call_attempt a where a.lead_id = l.id and a.ended_at is null)`,
  'an attempt is open for a lead that is in no call': `select count(*) as broken from call_attempt a join lead l on l.id = a.lead_id
       where a.ended_at is null and l.place <> 'IN_CALL'`,
  'somebody was dialed twice within the retry time': `select count(*) as broken from call_attempt a join call_attempt b on b.lead_id = a.lead_id and b.id > a.id
       where a.dialed_at is not null and a.result <> 'NOT_CALLED' and a.counts_as_attempt
         and b.dialed_at < a.ended_at + interval '${RETRY_MINUTES} minutes'`,
  'a lead was called more often than it counts': `select count(*) as broken from lead l where attempt_count <> (
       select count(*) from call_attempt a where a.lead_id = l.id and a.counts_as_attempt)`,
  'the counters differ from the rows': `select count(*) as broken from campaign_counters c where not (
       c.success = (select count(*) from lead where status = 'SUCCESS')
       and c.busy = (select count(*) from lead where status = 'BUSY')
       and c.declined = (select count(*) from lead where status = 'DECLINED')
       and c.failed = (select count(*) from lead where status = 'FAILED')
       and c.unknown = (select count(*) from lead where status = 'UNKNOWN')
       and c.not_called = (select count(*) from lead where status = 'NOT_CALLED')
       and c.pending = (select count(*) from lead where place <> 'DONE')
       and c.attempts_ended = (select count(*) from call_attempt where ended_at is not null)
       and c.transferred = (select count(transferred_at) from call_attempt))`,
};

/** Names of the rules that do not hold, each with how often. */
export async function brokenRules(pool) {
  const broken = [];
  for (const [rule, question] of Object.entries(RULES)) {
    const { rows } = await pool.query(question);
    const times = Number(rows[0]?.broken ?? 0);
    if (times > 0) broken.push(`${rule} (${times})`);
  }
  return broken;
}
