import type { Pool } from 'pg';
import type { ConfiguredAgentSources, SourceSettings } from './engine/agents/agent-sources.js';
import type { Log } from './engine/contracts/log.js';
import type { ConfiguredDncServices } from './engine/dnc/configured-dnc-services.js';
import { loadInstallation } from './engine/postgres/installation-store.js';
import type { SipTelephony } from './engine/sip/telephony.js';

/** Edits by another process, and changes that could not be read because the database was away, are found this often. */
const REREAD_MS = 30_000;

/** Keeps trunks, agent sources and do-not-call services as they are configured in the database. */
export class InstallationSync {
  private running: Promise<void> | undefined;
  /** Grows with every change; what is applied is as new as the number that was read before. */
  private changes = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly telephony: SipTelephony,
    private readonly agentSources: ConfiguredAgentSources,
    private readonly dncServices: ConfiguredDncServices,
    private readonly log: Log,
  ) {}

  /** Resolves when everything is applied as it is configured now. */
  async start(): Promise<void> {
    this.timer = setInterval(() => void this.changed(), REREAD_MS);
    await this.changed();
  }

  /** Trunks, ports, queues or do-not-call services were edited; call it after the commit. Never rejects. */
  changed(): Promise<void> {
    this.changes++;
    this.running ??= this.apply();
    return this.running;
  }

  /** Resolves when what was changed so far is applied. */
  async settled(): Promise<void> {
    await this.running;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async apply(): Promise<void> {
    let applied: number;
    do {
      applied = this.changes;
      try {
        const { trunks, queues, dncServices } = await loadInstallation<SourceSettings>(this.pool);
        this.dncServices.configure(dncServices);
        this.agentSources.configure(queues);
        this.telephony.configure(trunks);
      } catch (error) {
        this.log.warn({ err: error }, 'trunks, queues and do-not-call services could not be read');
      }
    } while (applied !== this.changes);
    // In the same turn as the last look at `changes`: one that comes later begins anew.
    this.running = undefined;
  }
}
