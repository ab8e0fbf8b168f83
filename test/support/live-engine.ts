import type { TrunkSettings } from '../../src/engine/contracts/telephony.js';
import type { Engine } from '../../src/engine/contracts/engine.js';
import { createEngine } from '../../src/engine/index.js';
import type { SipTelephony, SipTelephonyOptions } from '../../src/engine/sip/telephony.js';
import { FakeDetectors, FakeDnc } from './engine-bench.js';
import { FakeAgentSources, FakeQueue } from './fake-agents.js';
import { FakeConversations } from './fake-conversations.js';
import { FakeDatabase } from './fake-database.js';
import { FakeRecordings } from './fake-recordings.js';
import type { RealClock } from './real-clock.js';
import { openTelephony } from './sip-bench.js';

export interface LiveEngine {
  readonly engine: Engine;
  readonly telephony: SipTelephony;
  readonly database: FakeDatabase;
  readonly clock: RealClock;
  readonly dnc: FakeDnc;
  /** Resolves as soon as it is so; looked at after everything that the engine tells. */
  until(isSo: () => boolean): Promise<void>;
  close(): Promise<void>;
}

/** An engine that dials over real SIP, with its stores in memory and more free agents than leads. */
export const openLiveEngine = async (
  trunks: readonly TrunkSettings[],
  sip: Partial<SipTelephonyOptions>,
  detectors = new FakeDetectors(),
): Promise<LiveEngine> => {
  const { telephony, clock, log } = await openTelephony(sip);
  telephony.configure(trunks);
  const database = new FakeDatabase();
  const dnc = new FakeDnc();
  const agentSources = new FakeAgentSources();
  agentSources.add('queue-1', new FakeQueue(clock, 1_000));
  const watchers = new Set<() => void>();
  const engine = createEngine({
    clock,
    log,
    telephony,
    conversations: new FakeConversations(),
    leads: database,
    attempts: database,
    campaigns: database,
    lease: database,
    agentSources,
    dncServices: { find: () => dnc },
    events: {
      publish: () => {
        for (const look of watchers) look();
      },
    },
    amdDetectors: detectors,
    amdRecordings: new FakeRecordings(),
    voicemailMessages: { load: () => Promise.resolve(null) },
    limits: { maxParallelCalls: 1_000, maxCallsPerSecond: 1_000 },
  });
  return {
    engine,
    telephony,
    database,
    clock,
    dnc,
    until: (isSo) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!isSo()) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    close: async () => {
      await engine.stop();
      await telephony.close();
    },
  };
};
