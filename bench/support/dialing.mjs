// What a campaign costs while it is dialed: the product and its database, each apart.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { storeBenchCampaign } from './campaign.mjs';
import { cpuMs, peakMemoryMb, treeCpuMs } from './processes.mjs';
import { round, startProduct } from './product.mjs';

/**
 * Dials an endless campaign for some seconds. CPU is per ended call, after the warm-up.
 * @param rate cap on the calls per second
 * @param parallel cap on the parallel calls
 * @param meanwhile done while the calls are counted; it is given the product's address, and its answer is in the result
 */
export async function measureDialing(database, { farEndPort, rate, parallel, seconds, warmUpS, leads, meanwhile }) {
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on('error', () => undefined);
  // A channel is held for a second after the hand-over.
  await storeBenchCampaign(pool, { leads, sipPort: farEndPort, channels: parallel + 2 * rate });
  const limits = { MAX_CALLS_PER_SECOND: String(rate), MAX_PARALLEL_CALLS: String(parallel) };
  const product = await startProduct(database, limits);
  try {
    const read = async () => {
      const { rows } = await pool.query('select attempts_ended as ended from campaign_counters');
      return {
        ended: rows[0].ended,
        at: performance.now(),
        dialer: cpuMs(product.pid),
        database: treeCpuMs(database.pid),
      };
    };
    await sleep(warmUpS * 1000);
    const before = await read();
    const [extra] = await Promise.all([meanwhile?.(product.url), sleep(seconds * 1000)]);
    const after = await read();
    const { rows: open } = await pool.query('select count(*)::int as calls from call_attempt where ended_at is null');
    // A drain cancels what rings, and sipp drops a call whose answer has crossed the CANCEL.
    const { rows } = await pool.query(
      `select concat_ws(' ', reason, sip_status, sip_phrase, local_cause) as why, count(*)::int as calls from call_attempt
       where result <> 'SUCCESS' and counts_as_attempt group by 1`,
    );
    const calls = after.ended - before.ended;
    const memoryMb = peakMemoryMb(product.pid);
    await pool.query("update campaign set state = 'STOPPED', stopped_at = now(), stop_reason = 'OPERATOR'");
    await product.end();
    return {
      callsPerSecond: round(calls / ((after.at - before.at) / 1000)),
      parallelCalls: open[0].calls,
      dialerCpuMsPerCall: round((after.dialer - before.dialer) / calls),
      databaseCpuMsPerCall: round((after.database - before.database) / calls),
      peakMemoryMb: memoryMb,
      callsNotTransferred: Object.fromEntries(rows.map(({ why, calls: lost }) => [why, lost])),
      ...extra,
    };
  } finally {
    await product.end();
    await pool.end();
  }
}
