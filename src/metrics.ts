import { Counter, Gauge, Registry } from 'prom-client';
import type { AttemptTally, TalliedEnding } from './dialing/attempt-tally.js';
import type { DialingVitals, EventLoopDelay, PoolCounts } from './dialing/dialing.js';
import { EventLoopMeter } from './dialing/event-loop-delay.js';
import type { EngineStatus } from './engine/contracts/engine.js';
import type { Line } from './engine/contracts/telephony.js';
import { EngineState } from './engine/domain/engine-state.js';
import { LineState } from './engine/domain/line-state.js';

/** Reasons that get a series of their own; reasons are an open list, and series must not be. */
const MAX_REASONS = 100;
const OTHER = 'other';

/** Where the present values are read at each scrape: in memory, so that a scrape costs no statement. */
export interface MetricSources {
  readonly engine: () => EngineStatus;
  readonly lines: () => readonly Line[];
  /** Asked once a scrape. */
  readonly dialing: () => Promise<DialingVitals>;
  /** Those besides the engine's. */
  readonly pools: Readonly<Record<string, PoolCounts>>;
  readonly webSockets: () => number;
  readonly connections: () => Promise<number>;
}

/**
 * What Prometheus scrapes. Labels have closed lists of values: no telephone numbers, names or ids, so that the number of
 * series does not grow with what the installation does.
 */
export class Metrics implements AttemptTally {
  private readonly registry = new Registry();
  private readonly meter = new EventLoopMeter();
  private dialing: DialingVitals | undefined;
  private sources: MetricSources | undefined;
  private readonly reasons = new Set<string>();
  private readonly placed = this.counter('outdial_calls_placed_total', 'Calls placed.');
  private readonly ended = this.counter('outdial_attempts_ended_total', 'Attempts ended.', ['result', 'reason']);
  private readonly responses = this.counter(
    'outdial_sip_final_responses_total',
    'Final SIP responses that decided an attempt, by status.',
    ['status'],
  );

  get contentType(): string {
    return this.registry.contentType;
  }

  async text(): Promise<string> {
    this.dialing = await this.sources?.dialing();
    return this.registry.metrics();
  }

  callPlaced(): void {
    this.placed.inc();
  }

  attemptEnded({ status, reason, sipStatus }: TalliedEnding): void {
    const isKnown = this.reasons.has(reason) || this.reasons.size < MAX_REASONS;
    if (isKnown) this.reasons.add(reason);
    this.ended.inc({ result: status, reason: isKnown ? reason : OTHER });
    // Three digits from the network: what is no status is not counted as one.
    if (sipStatus !== undefined && sipStatus >= 200 && sipStatus <= 699) this.responses.inc({ status: sipStatus });
  }

  watch(sources: MetricSources): void {
    this.sources = sources;
    this.meter.start();
    this.watchEngine(sources);
    this.watchSip();
    this.watchEngineThread();
    this.watchProcess(sources);
  }

  close(): void {
    this.meter.stop();
    this.registry.clear();
  }

  private watchEngine({ engine, lines }: MetricSources): void {
    this.gauge('outdial_calls_in_flight', 'Calls in flight.', () => engine().callsInFlight);
    this.gauge('outdial_calls_per_second', 'Calls placed a second, mean of the last minute.', () => {
      return engine().callsPerMinute / 60;
    });
    this.gauge('outdial_calls_in_flight_limit', 'Cap on the parallel calls.', () => engine().maxParallelCalls);
    this.gauge('outdial_calls_per_second_limit', 'Cap on the calls a second.', () => engine().maxCallsPerSecond);
    this.gauges('outdial_engine_state', '1 for the present state of the engine, else 0.', 'state', () => {
      const { state } = engine();
      return Object.values(EngineState).map((candidate) => [candidate, candidate === state ? 1 : 0]);
    });
    this.gauges('outdial_ports', 'Dialer ports by state.', 'state', () => {
      const { free, busy, outOfService } = engine().ports;
      return Object.entries({ free, busy, out_of_service: outOfService });
    });
    this.gauges('outdial_lines', 'SIP lines by health.', 'state', () => {
      const present = lines();
      return Object.values(LineState).map((state) => [
        state,
        present.filter(({ health }) => health.state === state).length,
      ]);
    });
  }

  private watchSip(): void {
    // Counters that the SIP adapter keeps itself: read, not counted again.
    const sip = new Counter({
      name: 'outdial_sip_messages_total',
      help: 'SIP messages and what became of them.',
      labelNames: ['event'],
      registers: [this.registry],
      collect: () => {
        sip.reset();
        for (const [event, value] of Object.entries(this.dialing?.sipCounters ?? {})) sip.inc({ event }, value);
      },
    });
  }

  /** Without values where the engine has no thread of its own. */
  private watchEngineThread(): void {
    const thread = () => this.dialing?.thread;
    this.gauges(
      'outdial_engine_event_loop_lag_seconds',
      "The same in the engine's thread, which has SIP and RTP.",
      'quantile',
      () => quantilesOf(thread()?.eventLoopDelay),
    );
    this.gauge('outdial_engine_heap_used_bytes', "JavaScript heap in use in the engine's thread.", () => {
      return thread()?.heapUsedBytes ?? NaN;
    });
  }

  private watchProcess({ pools, webSockets, connections }: MetricSources): void {
    this.gauges('outdial_event_loop_lag_seconds', 'Event-loop delay since the last scrape.', 'quantile', () =>
      quantilesOf(this.meter.read()),
    );
    const present = () => ({ ...(this.dialing && { engine: this.dialing.pool }), ...pools });
    for (const state of ['total', 'idle', 'waiting'] as const) {
      this.gauges(`outdial_database_connections_${state}`, `Database pools: ${POOL_HELP[state]}.`, 'pool', () =>
        Object.entries(present()).map(([pool, counts]) => [pool, counts[`${state}Count`]]),
      );
    }
    this.gauge('outdial_websockets', 'Open WebSockets.', webSockets);
    this.gauge('outdial_http_connections', 'Open HTTP connections, WebSockets included.', connections);
    this.gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
    this.gauge('process_heap_used_bytes', 'JavaScript heap in use.', () => process.memoryUsage().heapUsed);
    this.gauge('process_start_time_seconds', 'When the process started, Unix time.', () => {
      return Math.round(Date.now() / 1000 - process.uptime());
    });
  }

  private counter<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      collect: async () => {
        gauge.set(await read());
      },
    });
  }

  private gauges(name: string, help: string, label: string, read: () => (readonly [string, number])[]): void {
    const gauge = new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect: () => {
        for (const [value, number] of read()) gauge.set({ [label]: value }, number);
      },
    });
  }
}

const POOL_HELP = { total: 'open connections', idle: 'connections that nobody uses', waiting: 'who waits for one' };

function quantilesOf(delay: EventLoopDelay | undefined): [string, number][] {
  if (!delay) return [];
  return [
    ['0.5', delay.median],
    ['0.99', delay.p99],
    ['1', delay.max],
  ];
}
