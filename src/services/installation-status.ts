import type { AgentInfo, AgentSourceHealth, AgentSources, QueueSnapshot } from '../engine/contracts/agent-source.js';
import type { DncDirectory } from '../engine/contracts/dnc-service.js';
import type { DncOutage, Engine, EngineStatus } from '../engine/contracts/engine.js';
import type { Line, LineHealth, Telephony } from '../engine/contracts/telephony.js';
import { LineState } from '../engine/domain/line-state.js';

/** Faults that are listed at the most. */
const MAX_FAULTS = 500;

/** What the engine knows of the installation at this instant. In memory: asking costs no statement. */
export interface InstallationStatus {
  /** Of a dialer port, or of a trunk without registration; undefined if the engine has not read it yet. */
  lineHealth(id: string): LineHealth | undefined;
  /** Calls in flight on a dialer port, or on a trunk without registration. */
  callsOnLine(id: string): number;
  /** Calls in flight on a trunk, its dialer ports included. */
  callsOnTrunk(trunkId: string): number;
  /** Undefined if the engine has not read the queue yet. */
  queue(id: string): QueueStatus | undefined;
  engine(): EngineStatus;
  /** Lines and do-not-call services that are not in service, the oldest fault first. */
  faults(): readonly Fault[];
}

export interface QueueStatus {
  readonly snapshot: QueueSnapshot;
  readonly health: AgentSourceHealth;
  /** Empty where the source does not know them one by one. */
  readonly agents: readonly AgentInfo[];
  /** Calls in flight that occupy, or will occupy, an agent whom the source still shows as free. */
  readonly reserved: number;
}

export interface Fault extends Omit<LineHealth, 'state'> {
  readonly subject: 'TRUNK' | 'DIALER_PORT' | 'DNC_SERVICE';
  /** Name of the trunk or service, or user name of the dialer port. */
  readonly name: string;
  /** In kebab-case. */
  readonly reason: string;
  readonly message: string;
  /** 1 or more. */
  readonly occurrences: number;
}

/** Reads the status off the engine and its adapters. */
export class LiveInstallation implements InstallationStatus {
  constructor(
    private readonly running: Pick<Engine, 'status'>,
    private readonly telephony: Pick<Telephony, 'lines'>,
    private readonly agentSources: Pick<AgentSources, 'forQueue'>,
    private readonly dncServices: DncDirectory,
  ) {}

  lineHealth(id: string): LineHealth | undefined {
    return this.telephony.lines().find((line) => line.id === id)?.health;
  }

  callsOnLine(id: string): number {
    return this.running.status().busyByLine.get(id) ?? 0;
  }

  callsOnTrunk(trunkId: string): number {
    const { busyByLine } = this.running.status();
    return this.telephony
      .lines()
      .filter((line) => line.trunkId === trunkId)
      .reduce((sum, line) => sum + (busyByLine.get(line.id) ?? 0), 0);
  }

  queue(id: string): QueueStatus | undefined {
    const source = this.agentSources.forQueue(id);
    if (!source) return undefined;
    const reserved = this.running.status().reservedByQueue.get(id) ?? 0;
    return { snapshot: source.snapshot(), health: source.health(), agents: source.agents?.() ?? [], reserved };
  }

  engine(): EngineStatus {
    return this.running.status();
  }

  faults(): readonly Fault[] {
    const lines = this.telephony.lines().filter((line) => line.health.state !== LineState.IN_SERVICE);
    const outages = this.running.status().dncOutages;
    return [...lines.map(faultOf), ...outages.map((outage) => this.faultOfService(outage))]
      .sort((a, b) => a.since.getTime() - b.since.getTime())
      .slice(0, MAX_FAULTS);
  }

  private faultOfService({ dncServiceId, ...facts }: DncOutage): Fault {
    const known = this.dncServices.describe(dncServiceId);
    return {
      ...facts,
      subject: 'DNC_SERVICE',
      name: known?.name ?? dncServiceId,
      reason: 'dnc-out-of-service',
      message: known?.lastMessage ?? 'It does not answer.',
    };
  }
}

function faultOf({ portName, trunkName, health }: Line): Fault {
  const { state, message, ...facts } = health;
  return {
    ...facts,
    subject: portName === null ? 'TRUNK' : 'DIALER_PORT',
    name: portName ?? trunkName,
    reason: state.toLowerCase().replaceAll('_', '-'),
    message: message ?? 'It is not in service yet',
    occurrences: 1,
  };
}
