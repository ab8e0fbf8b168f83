import type { Pool } from 'pg';
import type { DncServiceSettings } from '../contracts/dnc-service.js';
import type { TrunkSettings } from '../contracts/telephony.js';

/** What is configured, as the telephony, the agent sources and the do-not-call services take it. */
export interface Installation<Source> {
  readonly trunks: readonly TrunkSettings[];
  readonly queues: readonly { readonly id: string; readonly agentSource: Source }[];
  readonly dncServices: readonly DncServiceSettings[];
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
  const dncServices = await pool.query<DncServiceSettings>(
    `select id, name, url, built_in as "builtIn", ca_certificate as "caCertificate", timeout_ms as "timeoutMs"
     from dnc_service`,
  );
  return { trunks: trunks.rows, queues: queues.rows, dncServices: dncServices.rows };
}
