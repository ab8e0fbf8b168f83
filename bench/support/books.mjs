// What must hold of the database at any instant, whatever happened to the product: each question counts what breaks a rule.

/** Of the retry time of the bench's campaign. */
const RETRY_MINUTES = 60;

/** Of a campaign's leads by their status, as `campaign_counters` names them. */
const STATUSES = [
  ...['not_called', 'success', 'failed', 'busy', 'declined', 'amd', 'service_temporarily_unavailable'],
  ...['do_not_call', 'unknown'],
];

const leads = (which) => `(select count(*) from lead where campaign_id = c.campaign_id and ${which})`;
const ended = (which) => `(select count(*) from call_attempt where campaign_id = c.campaign_id and ${which})`;

const COUNTERS = {
  total: leads('true'),
  pending: leads("place <> 'DONE'"),
  ...Object.fromEntries(STATUSES.map((name) => [name, leads(`status = '${name.toUpperCase()}'`)])),
  attempts_ended: ended('ended_at is not null'),
  answered: ended('ended_at is not null and answered_at is not null'),
  transferred: ended('transferred_at is not null'),
  abandoned: ended("reason = 'transfer-failed'"),
  customer_hung_up: ended("reason = 'customer-hung-up'"),
  machines: ended("result = 'AMD' and counts_as_attempt"),
};

const RULES = {
  'a lead was lost or doubled': `select abs((select count(*) from lead) - sum(total)) as broken from campaign_counters`,
  'a lead is in a call that nobody has': `select count(*) as broken from lead l where place = 'IN_CALL'
       and not exists (select from call_attempt a where a.lead_id = l.id and a.ended_at is null)`,
  'an attempt is open for a lead that is in no call': `select count(*) as broken from call_attempt a join lead l on l.id = a.lead_id
       where a.ended_at is null and l.place <> 'IN_CALL'`,
  // Whether it counts or not: a call that was given back after its INVITE had left may have rung the phone.
  'somebody was dialed twice within the retry time': `select count(*) as broken from call_attempt a join call_attempt b on b.lead_id = a.lead_id and b.id > a.id
       where a.dialed_at is not null and b.dialed_at < a.ended_at + interval '${RETRY_MINUTES} minutes'`,
  'a lead was called more often than it counts': `select count(*) as broken from lead l where attempt_count <> (
       select count(*) from call_attempt a where a.lead_id = l.id and a.counts_as_attempt)`,
  ...Object.fromEntries(
    Object.entries(COUNTERS).map(([name, rows]) => [
      `the counter ${name} differs from the rows`,
      `select count(*) as broken from campaign_counters c where c.${name} <> ${rows}`,
    ]),
  ),
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
