import type { Pool } from 'pg';
import type { DncServiceSettings } from '../contracts/dnc-service.js';
import type { TrunkSettings } from '../contracts/telephony.js';

/** What is configured, as the telephony, the agent sources and the do-not-call services take it. */
export interface Installation<Source> {
  readonly trunks: readonly TrunkSettings[];
  readonly queues: readonly StoredQueue<Source>[];
  readonly dncServices: readonly DncServiceSettings[];
}

export interface StoredQueue<Source> {
  readonly id: string;
  readonly name: string;
  readonly agentSource: Source;
  /** Password or secret of the source; null if it has none. Never logged. */
  readonly agentSourceSecret: string | null;
}

export async function loadInstallation<Source>(pool: Pool): Promise<Installation<Source>> {
  // In one statement, so that a trunk and its ports are of the same moment.
  const trunks = await pool.query<TrunkSettings>(
    `select id, version, name, servers, transport, outbound_proxy as "outboundProxy", channels, username, password,
            max_calls_per_second as "maxCallsPerSecond", max_parallel_calls as "maxParallelCalls",
            coalesce(
              (select json_agg(json_build_object('id', port.id, 'username', port.username, 'password', port.password)
                               order by port.created_at, port.id)
               from dialer_port port
               where port.trunk_id = trunk.id),
              '[]'
            ) as ports
     from trunk order by created_at, id`,
  );
  const queues = await pool.query<StoredQueue<Source>>(
    `select id, name, agent_source as "agentSource", agent_source_secret as "agentSourceSecret"
     from queue order by created_at, id`,
  );
  const dncServices = await pool.query<DncServiceSettings>(
    `select id, name, url, built_in as "builtIn", ca_certificate as "caCertificate", timeout_ms as "timeoutMs"
     from dnc_service`,
  );
  return { trunks: trunks.rows, queues: queues.rows, dncServices: dncServices.rows };
}
