import type { CampaignStatus, EngineStatus } from '../contracts/engine.js';
import type { EngineEvents } from '../contracts/engine-events.js';

/** Tells of a status only when it is another than the one last told of. */
export class StatusBoard {
  private engine = '';
  private readonly campaigns = new Map<string, string>();

  constructor(private readonly events: EngineEvents) {}

  show(engine: EngineStatus, campaigns: ReadonlyMap<string, CampaignStatus>): void {
    for (const [campaignId, { idleReason, callsPerMinute, freeAgents }] of campaigns) {
      const shown = `${idleReason} ${callsPerMinute} ${freeAgents}`;
      if (this.campaigns.get(campaignId) === shown) continue;
      this.campaigns.set(campaignId, shown);
      this.events.publish({ type: 'campaign-status-changed', campaignId });
    }
    for (const campaignId of [...this.campaigns.keys()]) {
      if (campaigns.has(campaignId)) continue;
      this.campaigns.delete(campaignId);
      this.events.publish({ type: 'campaign-status-changed', campaignId });
    }
    const { state, idleReason, callsInFlight, callsPerMinute, ports } = engine;
    const faulty = [
      ...engine.dncOutages.map(({ dncServiceId }) => dncServiceId),
      ...engine.unshownCalls.map(({ queueId }) => queueId),
      ...engine.blockedCallerIds.map(({ callerId }) => callerId),
      ...engine.silentTrunks.map(({ trunkId }) => trunkId),
    ];
    const counts = [callsInFlight, callsPerMinute, ports.total, ports.free, ports.busy];
    const shown = [state, idleReason, ...counts, ...faulty].join(' ');
    if (this.engine === shown) return;
    this.engine = shown;
    this.events.publish({ type: 'engine-status-changed' });
  }
}
