import type { AgentSourceHealth, AgentSources, QueueSnapshot } from '../engine/contracts/agent-source.js';
import type { Engine, EngineStatus } from '../engine/contracts/engine.js';
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
  /** Lines that are not in service, the oldest fault first. */
  faults(): readonly LineFault[];
}

export interface QueueStatus {
  readonly snapshot: QueueSnapshot;
  readonly health: AgentSourceHealth;
  /** Calls in flight that occupy, or will occupy, an agent whom the source still shows as free. */
  readonly reserved: number;
}

export interface LineFault extends Omit<LineHealth, 'state'> {
  readonly subject: 'TRUNK' | 'DIALER_PORT';
  /** Name of the trunk, or user name of the dialer port. */
  readonly name: string;
  /** In kebab-case. */
  readonly reason: string;
  readonly message: string;
  /** 1 or more. */
  readonly occurrences: number;
}

/** Reads the status off the engine and its two adapters. */
export class LiveInstallation implements InstallationStatus {
  constructor(
    private readonly running: Pick<Engine, 'status'>,
    private readonly telephony: Pick<Telephony, 'lines'>,
    private readonly agentSources: Pick<AgentSources, 'forQueue'>,
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
    return { snapshot: source.snapshot(), health: source.health(), reserved };
  }

  engine(): EngineStatus {
    return this.running.status();
  }

  faults(): readonly LineFault[] {
    return this.telephony
      .lines()
      .filter((line) => line.health.state !== LineState.IN_SERVICE)
      .map(faultOf)
      .sort((a, b) => a.since.getTime() - b.since.getTime())
      .slice(0, MAX_FAULTS);
  }
}

function faultOf({ portName, trunkName, health }: Line): LineFault {
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
