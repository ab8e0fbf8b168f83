import type {
  AgentInfo,
  AgentSourceHealth,
  ListedAgentSource,
  QueueDirectory,
  QueueSnapshot,
} from '../engine/contracts/agent-source.js';
import type { DncDirectory } from '../engine/contracts/dnc-service.js';
import type {
  BlockedCallerId,
  DncOutage,
  Engine,
  EngineStatus,
  SilentTrunk,
  UnshownCalls,
} from '../engine/contracts/engine.js';
import type { Line, LineHealth, Telephony, TrunkState } from '../engine/contracts/telephony.js';
import { AgentSourceStatus } from '../engine/domain/agent-state.js';
import { LineState } from '../engine/domain/line-state.js';
import type { EngineFaultSubject } from '../entities/enums.js';

/** Faults that are listed at the most. */
const MAX_FAULTS = 500;

/** What the engine knows of the installation, some 100 ms ago at the most. In memory: asking costs no statement. */
export interface InstallationStatus {
  /** Of a dialer port, or of a trunk; undefined if the engine has not read it yet. */
  lineHealth(id: string): LineHealth | undefined;
  /** Calls in flight on a dialer port, or on a trunk without registration. */
  callsOnLine(id: string): number;
  /** Calls in flight on a trunk, its dialer ports included. */
  callsOnTrunk(trunkId: string): number;
  /** Undefined if the engine has not read the queue yet. */
  queue(id: string): QueueStatus | undefined;
  /** The agents of a queue; empty where its source does not know them one by one. */
  agents(queueId: string): Promise<readonly AgentInfo[]>;
  /** All queues that the engine has read. */
  queues(): readonly ListedQueueStatus[];
  engine(): EngineStatus;
  /** What is not in order, the oldest fault first. */
  faults(): readonly Fault[];
}

export interface QueueStatus {
  readonly snapshot: QueueSnapshot;
  readonly health: AgentSourceHealth;
  /** Calls in flight that occupy, or will occupy, an agent whom the source still shows as free. */
  readonly reserved: number;
}

export interface ListedQueueStatus extends QueueStatus {
  readonly id: string;
  readonly name: string;
}

export interface Fault extends Omit<LineHealth, 'state'> {
  readonly subject: EngineFaultSubject;
  /** Name of the trunk, queue or service, user name of the dialer port, or the caller-ID; null for the database. */
  readonly name: string | null;
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
    private readonly telephony: Pick<Telephony, 'lines' | 'line' | 'trunks'>,
    private readonly directory: QueueDirectory,
    private readonly dncServices: DncDirectory,
  ) {}

  lineHealth(id: string): LineHealth | undefined {
    return (this.telephony.line(id) ?? this.telephony.trunks().find((trunk) => trunk.id === id))?.health;
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
    const known = this.directory.find(id);
    return known && { ...known, reserved: this.running.status().reservedByQueue.get(id) ?? 0 };
  }

  agents(queueId: string): Promise<readonly AgentInfo[]> {
    return this.directory.agents(queueId);
  }

  queues(): readonly ListedQueueStatus[] {
    return this.directory.list().flatMap(({ queueId: id, queueName: name }) => {
      const status = this.queue(id);
      return status ? [{ id, name, ...status }] : [];
    });
  }

  engine(): EngineStatus {
    return this.running.status();
  }

  faults(): readonly Fault[] {
    const isOut = ({ health }: Pick<Line, 'health'>): boolean => health.state !== LineState.IN_SERVICE;
    const trunks = this.telephony.trunks();
    const ports = this.telephony.lines().filter((line) => line.portName !== null && isOut(line));
    const sources = this.directory.list();
    const { blockedCallerIds, databaseDownSince, dncOutages, silentTrunks, unshownCalls } = this.running.status();
    return [
      ...trunks.filter(isOut).map(({ name, health }) => faultOf('TRUNK', name, health)),
      ...trunks.filter((trunk) => !isOut(trunk)).flatMap(faultOfFailover),
      ...ports.map(({ portName, health }) => faultOf('DIALER_PORT', portName ?? '', health)),
      ...sources.filter(({ health }) => health.status !== AgentSourceStatus.SYNCED).map(faultOfSource),
      ...unshownCalls.map((calls) => faultOfQueue(calls, sources)),
      ...dncOutages.map((outage) => this.faultOfService(outage)),
      ...blockedCallerIds.map(faultOfCallerId),
      ...silentTrunks.flatMap((silence) => faultOfSilence(silence, trunks)),
      ...(databaseDownSince ? [faultOfDatabase(databaseDownSince)] : []),
    ]
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

function faultOf(subject: Fault['subject'], name: string, { state, message, ...facts }: LineHealth): Fault {
  return {
    ...facts,
    subject,
    name,
    reason: kebab(state),
    message: message ?? 'It is not in service yet',
    occurrences: 1,
  };
}

function faultOfFailover({ name, failover }: TrunkState): Fault[] {
  return failover ? [{ ...failover, subject: 'TRUNK', name, reason: 'servers-not-used', occurrences: 1 }] : [];
}

function faultOfSource({ queueName, health }: ListedAgentSource): Fault {
  const { status, since, fault, message, nextTryAt } = health;
  const kind = fault ? `-${kebab(fault)}` : '';
  return {
    subject: 'AGENT_SOURCE',
    name: queueName,
    reason: `${kebab(status)}${kind}`,
    message: message ?? 'It does not tell yet who is free',
    since,
    occurrences: 1,
    ...(nextTryAt && { nextTryAt }),
  };
}

function faultOfQueue({ queueId, ...facts }: UnshownCalls, sources: readonly ListedAgentSource[]): Fault {
  return {
    ...facts,
    subject: 'AGENT_SOURCE',
    name: sources.find((source) => source.queueId === queueId)?.queueName ?? queueId,
    reason: 'calls-not-shown',
    message: 'Calls were handed over and no agent was seen to take them: check the pilot number and the source',
  };
}

function faultOfCallerId({ callerId, ...facts }: BlockedCallerId): Fault {
  return {
    ...facts,
    subject: 'CALLER_ID',
    name: callerId,
    reason: 'blocked-by-analytics',
    message: 'Carriers block calls that show it: the call log has their reasons',
  };
}

/** None for a trunk that has been deleted. */
function faultOfSilence({ trunkId, ...facts }: SilentTrunk, trunks: readonly TrunkState[]): Fault[] {
  const trunk = trunks.find(({ id }) => id === trunkId);
  if (!trunk) return [];
  return [
    {
      ...facts,
      subject: 'TRUNK',
      name: trunk.name,
      reason: 'no-audio',
      message:
        'No audio arrives in answered calls, so that detection takes them for machines: check RTP ports and firewall',
    },
  ];
}

function faultOfDatabase(since: Date): Fault {
  return {
    subject: 'DATABASE',
    name: null,
    reason: 'database-down',
    message: 'It does not answer: nothing new is dialed, and the results of calls are kept in memory',
    since,
    occurrences: 1,
  };
}

function kebab(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
