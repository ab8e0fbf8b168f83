import type { AgentReport } from '../engine/contracts/agent-report.js';
import type { AgentInfo, ListedAgentSource, QueueSnapshot } from '../engine/contracts/agent-source.js';
import type { DncReply, DncServiceSettings } from '../engine/contracts/dnc-service.js';
import type { EngineEvent } from '../engine/contracts/engine-events.js';
import type { CampaignStatus, EngineStatus } from '../engine/contracts/engine.js';
import type { Line, TrunkState } from '../engine/contracts/telephony.js';
import type { TalliedEnding } from './attempt-tally.js';
import type { DialingVitals } from './dialing.js';

/*
 * What the thread of the API and that of the engine say to each other: plain data, which arrives in the order in which it
 * was sent.
 */

/** The answer says only that it is done. */
type Done = undefined;

/** What the engine's thread is asked, by name: what goes with the question, and what comes back. */
export interface Questions {
  readonly 'installation-changed': { readonly about: null; readonly answer: Done };
  readonly 'installation-settled': { readonly about: null; readonly answer: Done };
  readonly 'agents-of-queue': { readonly about: string; readonly answer: readonly AgentInfo[] };
  readonly 'needs-snapshot': { readonly about: string; readonly answer: boolean };
  readonly 'take-report': {
    readonly about: { readonly reporterId: string; readonly report: AgentReport };
    readonly answer: boolean;
  };
  readonly 'forget-reporter': { readonly about: string; readonly answer: Done };
  readonly 'ask-dnc-service': {
    readonly about: { readonly settings: DncServiceSettings; readonly phoneNumber: string };
    readonly answer: DncReply;
  };
  readonly vitals: { readonly about: null; readonly answer: DialingVitals };
  readonly drain: { readonly about: null; readonly answer: number };
  readonly close: { readonly about: null; readonly answer: Done };
}

export type QuestionName = keyof Questions;

export type Question<Name extends QuestionName = QuestionName> = {
  [N in Name]: {
    readonly type: 'question';
    readonly id: number;
    readonly name: N;
    readonly about: Questions[N]['about'];
  };
}[Name];

export type ToEngine =
  | { readonly type: 'start' }
  | { readonly type: 'nudge'; readonly campaignId: string | undefined }
  | { readonly type: 'campaign-stopped'; readonly campaignId: string }
  | Question;

export type FromEngine =
  /** It can be started; its status came before. */
  | { readonly type: 'ready' }
  | { readonly type: 'status'; readonly update: StatusUpdate }
  | News
  | LogLine
  | { readonly type: 'answer'; readonly id: number; readonly answer: Questions[QuestionName]['answer'] }
  | { readonly type: 'failure'; readonly id: number; readonly message: string };

/** What has happened. Events that speak of a status come after the status that they speak of. */
export interface News {
  readonly type: 'news';
  readonly events: readonly EngineEvent[];
  readonly callsPlaced: number;
  readonly attemptsEnded: readonly TalliedEnding[];
}

export interface LogLine {
  readonly type: 'log';
  readonly level: LogLevel;
  readonly fields: object;
  readonly message: string;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What can be read without asking. What is absent is as before. */
export interface StatusUpdate {
  readonly engine: EngineStatus;
  /** Of all campaigns that are started. */
  readonly campaigns?: ReadonlyMap<string, CampaignStatus>;
  readonly lines?: readonly Line[];
  readonly trunks?: readonly TrunkState[];
  readonly queues?: readonly ListedAgentSource[];
  /** Of the queues alone that are others than before, by id. */
  readonly snapshots: ReadonlyMap<string, QueueSnapshot>;
  /** Of the do-not-call services that are down, by id. */
  readonly dncServices: ReadonlyMap<string, DncServiceFacts>;
}

export interface DncServiceFacts {
  readonly name: string;
  readonly lastMessage: string | null;
}
