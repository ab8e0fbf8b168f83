import type { AmdDetector, AmdDetectors, AmdSettings } from '../../src/engine/contracts/amd-detector.js';
import type { StartedCampaign } from '../../src/engine/contracts/campaign-store.js';
import type { DncService } from '../../src/engine/contracts/dnc-service.js';
import type { EngineEvent } from '../../src/engine/contracts/engine-events.js';
import type { Engine, EngineLimits } from '../../src/engine/contracts/engine.js';
import type { Log } from '../../src/engine/contracts/log.js';
import type { Heard } from '../../src/engine/domain/amd/message-moment.js';
import type { AmdFinding } from '../../src/engine/domain/amd/finding.js';
import type { DncAnswer } from '../../src/engine/domain/dnc-answer.js';
import { createEngine } from '../../src/engine/index.js';
import { FakeAgentSources, FakeQueue } from './fake-agents.js';
import { FakeClock } from './fake-clock.js';
import { FakeConversations } from './fake-conversations.js';
import { FakeDatabase } from './fake-database.js';
import { FakeRecordings } from './fake-recordings.js';
import { FakeTelephony, ports } from './fake-telephony.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

const noLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => noLog,
};

export interface BenchOptions {
  readonly agents?: number;
  readonly ports?: number;
  readonly leads?: number;
  readonly limits?: Partial<EngineLimits>;
  readonly campaign?: Partial<StartedCampaign>;
  readonly amd?: FakeDetectors;
  /** Lets what is ready run between two timers; absent: promises. */
  readonly settle?: () => Promise<void>;
}

/** An engine with everything around it: one campaign, one queue, and a clock that stands still. */
export class EngineBench {
  readonly clock: FakeClock;
  readonly database = new FakeDatabase();
  readonly telephony: FakeTelephony;
  readonly sources = new FakeAgentSources();
  readonly queue: FakeQueue;
  readonly dnc = new FakeDnc();
  readonly conversations = new FakeConversations();
  readonly events: EngineEvent[] = [];
  readonly recordings = new FakeRecordings();
  /** By id: what a campaign may leave on a machine. */
  readonly messages = new Map<string, Int16Array>();
  engine: Engine;

  constructor(private readonly options: BenchOptions = {}) {
    this.clock = new FakeClock(new Date('2026-03-02T09:00:00Z'), options.settle);
    this.telephony = new FakeTelephony(this.clock, ports(options.ports ?? 10));
    this.queue = this.sources.add('queue-1', new FakeQueue(this.clock, options.agents ?? 2));
    this.telephony.onTransferred = () => this.queue.takeCall();
    this.database.addCampaign(this.campaign(options.campaign));
    this.database.addLeads('campaign-1', options.leads ?? 20);
    this.engine = this.newEngine();
  }

  /** A second engine over the same database: what a restart makes. */
  newEngine(): Engine {
    return createEngine({
      clock: this.clock,
      log: noLog,
      telephony: this.telephony,
      conversations: this.conversations,
      leads: this.database,
      attempts: this.database,
      campaigns: this.database,
      lease: this.database,
      agentSources: this.sources,
      dncServices: { find: (id) => (id === 'dnc-1' ? this.dnc : undefined) },
      events: { publish: (event) => this.events.push(event) },
      ...(this.options.amd && { amdDetectors: this.options.amd }),
      amdRecordings: this.recordings,
      voicemailMessages: { load: (id) => Promise.resolve(this.messages.get(id) ?? null) },
      limits: { maxParallelCalls: 300, maxCallsPerSecond: 1000, ...this.options.limits },
    });
  }

  /** A campaign with one window, from now for eight hours. */
  campaign(over: Partial<StartedCampaign> = {}): StartedCampaign {
    const now = this.clock.now().getTime();
    return {
      id: 'campaign-1',
      name: 'Campaign 1',
      pilotNumber: '9000',
      maxAttempts: 5,
      retryMinutes: 60,
      retryStatuses: ['FAILED', 'BUSY', 'DECLINED', 'AMD', 'SERVICE_TEMPORARILY_UNAVAILABLE', 'UNKNOWN'],
      retryUnreachable: false,
      type: 'OSCC',
      queueId: 'queue-1',
      transferMode: 'REINVITE',
      transferTimeoutMs: 60_000,
      amdEnabled: false,
      amdSensitivity: 'LOW',
      voicemailMessageId: null,
      dncServiceId: null,
      callerId: null,
      ringTimeoutMs: 30_000,
      maxParallelCalls: null,
      maxCallsPerSecond: null,
      startedAt: new Date(now),
      windows: [{ scheduleId: 'schedule-1', startsAt: new Date(now), endsAt: new Date(now + 8 * HOUR), ran: false }],
      ...over,
    };
  }

  /** Starts, and lets it dial what it can at once. */
  async start(): Promise<void> {
    this.engine.start();
    await this.clock.advance(0);
  }

  /** The states that were told of an attempt, in order. */
  told(attemptId: string): readonly string[] {
    return this.events.flatMap((event) =>
      event.type === 'attempt-moved' && event.attemptId === attemptId ? [event.state] : [],
    );
  }

  eventsOf<Type extends EngineEvent['type']>(type: Type): readonly Extract<EngineEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<EngineEvent, { type: Type }> => event.type === type);
  }

  idleReason(campaignId = 'campaign-1'): string | null {
    return this.engine.campaignStatus(campaignId).idleReason;
  }
}

export class FakeDnc implements DncService {
  readonly asked: string[] = [];
  answer: (phoneNumber: string) => DncAnswer | Promise<DncAnswer> = () => 'MAY_CALL';

  check(phoneNumber: string): Promise<DncAnswer> {
    this.asked.push(phoneNumber);
    return Promise.resolve(this.answer(phoneNumber));
  }
}

export interface FakeDetectorControl {
  readonly settings: AmdSettings;
  find(finding: Partial<AmdFinding>): void;
  /** Tells the listener, if there is one. */
  hear(heard: Heard): void;
  readonly isListenedTo: () => boolean;
  recording: Uint8Array | null;
  disposed: boolean;
  answered: boolean;
}

/** Detectors that find what the test says, when it says so. */
export class FakeDetectors implements AmdDetectors {
  readonly made: FakeDetectorControl[] = [];

  /** @param onAnswered what to do by itself when a call is answered */
  constructor(private readonly onAnswered: (control: FakeDetectorControl) => void = () => undefined) {}

  create(settings: AmdSettings): AmdDetector {
    let resolve: (finding: AmdFinding) => void = () => undefined;
    const finding = new Promise<AmdFinding>((done) => (resolve = done));
    let listener: ((heard: Heard) => void) | null = null;
    const control: FakeDetectorControl = {
      settings,
      hear: (heard) => listener?.(heard),
      isListenedTo: () => listener !== null,
      recording: null,
      find: (found: Partial<AmdFinding>) =>
        resolve({
          verdict: 'HUMAN',
          reason: 'GREETING_LENGTH',
          kind: found.verdict === 'MACHINE' ? 'MACHINE' : 'HUMAN',
          features: {},
          decisionMs: 1200,
          confidence: 0.9,
          at: new Date(0),
          ...found,
        }),
      disposed: false,
      answered: false,
    };
    this.made.push(control);
    return {
      finding,
      onFrame: () => undefined,
      listen: (heard) => {
        listener = heard;
      },
      get recording() {
        return control.recording;
      },
      answered: () => {
        control.answered = true;
        this.onAnswered(control);
      },
      dispose: () => {
        control.disposed = true;
      },
    };
  }
}
