import type { Pool } from 'pg';
import type { TrunkSettings } from '../contracts/telephony.js';

/** What is configured, as the telephony and the agent sources take it. */
export interface Installation<Source> {
  readonly trunks: readonly TrunkSettings[];
  readonly queues: readonly { readonly id: string; readonly agentSource: Source }[];
}

export async function loadInstallation<Source>(pool: Pool): Promise<Installation<Source>> {
  const trunks = await pool.query<TrunkSettings>(
    `select id, name, servers, transport, outbound_proxy as "outboundProxy", channels, username, password,
            max_calls_per_second as "maxCallsPerSecond"
     from trunk order by created_at, id`,
  );
  const queues = await pool.query<{ id: string; agentSource: Source }>(
    `select id, agent_source as "agentSource" from queue order by created_at, id`,
  );
  return { trunks: trunks.rows, queues: queues.rows };
}
