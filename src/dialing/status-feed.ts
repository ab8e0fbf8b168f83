import { isDeepStrictEqual } from 'node:util';
import type { ListedAgentSource, QueueSnapshot } from '../engine/contracts/agent-source.js';
import type { Clock, Timer } from '../engine/contracts/clock.js';
import type { EngineEvent, EngineEvents } from '../engine/contracts/engine-events.js';
import type { CampaignStatus, EngineStatus } from '../engine/contracts/engine.js';
import type { Line } from '../engine/contracts/telephony.js';
import type { AttemptTally, TalliedEnding } from './attempt-tally.js';
import type { LocalDialing } from './local-dialing.js';
import type { DncServiceFacts, FromEngine, StatusUpdate } from './messages.js';

/** The status goes to the other thread at the most this often, however much changes. */
const STATUS_INTERVAL_MS = 100;
/** Steps of calls are told at the most this often: a message costs more than what it says. */
const NEWS_INTERVAL_MS = 20;
/** The status goes at least this often: rates of calls fall without an event. */
const HEARTBEAT_MS = 1_000;

export type WatchedDialing = Pick<LocalDialing, 'engine' | 'telephony' | 'agentSources' | 'queues' | 'dncServices'>;

/**
 * The engine's side of the mirror: tells the other thread what happens, and how things are, as far as that changed. Events
 * that make their listeners read the status leave with the next status.
 */
export class StatusFeed implements EngineEvents, AttemptTally {
  private dialing: WatchedDialing | undefined;
  private readonly unsubscribe: (() => void)[] = [];
  private steps: EngineEvent[] = [];
  /** Each once, however often it was told. */
  private readonly changes = new Map<string, EngineEvent>();
  private callsPlaced = 0;
  private attemptsEnded: TalliedEnding[] = [];
  private newsTimer: Timer | undefined;
  private statusTimer: Timer | undefined;
  private statusDueAtMs = Infinity;
  private statusToldAtMs = -Infinity;
  private newsToldAtMs = -Infinity;
  private readonly changedQueues = new Set<string>();
  private lines: readonly Line[] | undefined;
  private campaigns: ReadonlyMap<string, CampaignStatus> | undefined;
  private queues: readonly ListedAgentSource[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly post: (message: FromEngine) => void,
  ) {}

  /** Tells the status at once, and from now on whenever it changes. */
  watch(dialing: WatchedDialing): void {
    this.dialing = dialing;
    this.unsubscribe.push(
      dialing.telephony.onLinesChanged(() => this.statusWithin(STATUS_INTERVAL_MS)),
      dialing.agentSources.onChanged((queueId) => {
        this.changedQueues.add(queueId);
        this.statusWithin(STATUS_INTERVAL_MS);
      }),
    );
    this.tellNow();
  }

  publish(event: EngineEvent): void {
    if (event.type === 'attempt-moved') {
      this.steps.push(event);
      this.newsSoon();
    } else this.changes.set(JSON.stringify(event), event);
    this.statusWithin(STATUS_INTERVAL_MS);
  }

  callPlaced(): void {
    this.callsPlaced++;
    this.newsSoon();
  }

  attemptEnded(ending: TalliedEnding): void {
    this.attemptsEnded.push(ending);
    this.newsSoon();
  }

  /** Everything up to this moment, for an answer that is read together with the status. */
  tellNow(): void {
    if (!this.dialing) return;
    this.newsTimer?.cancel();
    this.statusTimer?.cancel();
    this.statusToldAtMs = this.clock.monotonicMs();
    this.statusDueAtMs = Infinity;
    this.post({ type: 'status', update: this.update(this.dialing) });
    this.steps.push(...this.changes.values());
    this.changes.clear();
    this.tellNews();
    this.statusWithin(HEARTBEAT_MS);
  }

  stop(): void {
    this.dialing = undefined;
    this.newsTimer?.cancel();
    this.statusTimer?.cancel();
    for (const end of this.unsubscribe) end();
  }

  /** In the next turn if the last status was long enough ago. */
  private statusWithin(intervalMs: number): void {
    const dueAtMs = this.statusToldAtMs + intervalMs;
    if (!this.dialing || dueAtMs >= this.statusDueAtMs) return;
    this.statusTimer?.cancel();
    this.statusDueAtMs = dueAtMs;
    this.statusTimer = this.clock.setTimer(dueAtMs - this.clock.monotonicMs(), () => this.tellNow());
  }

  private newsSoon(): void {
    const delayMs = this.newsToldAtMs + NEWS_INTERVAL_MS - this.clock.monotonicMs();
    this.newsTimer ??= this.clock.setTimer(delayMs, () => this.tellNews());
  }

  private tellNews(): void {
    this.newsTimer = undefined;
    const { steps: events, callsPlaced, attemptsEnded } = this;
    if (events.length + callsPlaced + attemptsEnded.length === 0) return;
    this.newsToldAtMs = this.clock.monotonicMs();
    this.steps = [];
    this.callsPlaced = 0;
    this.attemptsEnded = [];
    this.post({ type: 'news', events, callsPlaced, attemptsEnded });
  }

  private update(dialing: WatchedDialing): StatusUpdate {
    const engine = dialing.engine.status();
    return {
      engine,
      ...this.changedCampaigns(dialing),
      ...this.changedLines(dialing),
      ...this.changedSources(dialing),
      snapshots: this.changedSnapshots(dialing),
      dncServices: servicesThatAreDown(engine, dialing),
    };
  }

  private changedCampaigns({ engine }: WatchedDialing): Pick<StatusUpdate, 'campaigns'> {
    const campaigns = engine.campaignStatuses();
    if (isDeepStrictEqual(campaigns, this.campaigns)) return {};
    this.campaigns = campaigns;
    return { campaigns };
  }

  /** The telephony makes a new list at every change, and tells of trunks whenever it tells of lines. */
  private changedLines({ telephony }: WatchedDialing): Pick<StatusUpdate, 'lines' | 'trunks'> {
    const lines = telephony.lines();
    if (lines === this.lines) return {};
    this.lines = lines;
    return { lines, trunks: telephony.trunks() };
  }

  private changedSources({ queues }: WatchedDialing): Pick<StatusUpdate, 'queues'> {
    const listed = queues.list();
    if (isDeepStrictEqual(listed, this.queues)) return {};
    const known = new Set(this.queues.map(({ queueId }) => queueId));
    for (const { queueId } of listed) if (!known.has(queueId)) this.changedQueues.add(queueId);
    this.queues = listed;
    return { queues: listed };
  }

  private changedSnapshots({ queues }: WatchedDialing): Map<string, QueueSnapshot> {
    const snapshots = new Map<string, QueueSnapshot>();
    for (const queueId of this.changedQueues) {
      const known = queues.find(queueId);
      if (known) snapshots.set(queueId, known.snapshot);
    }
    this.changedQueues.clear();
    return snapshots;
  }
}

function servicesThatAreDown({ dncOutages }: EngineStatus, { dncServices }: WatchedDialing) {
  const down = new Map<string, DncServiceFacts>();
  for (const { dncServiceId } of dncOutages) {
    const facts = dncServices.describe(dncServiceId);
    if (facts) down.set(dncServiceId, facts);
  }
  return down;
}
