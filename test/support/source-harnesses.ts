import { openAmiSession } from '../../src/engine/agents/asterisk-ami.js';
import { FixedChannels } from '../../src/engine/agents/fixed-channels.js';
import { openEslSession } from '../../src/engine/agents/freeswitch-esl.js';
import { openOsccSession } from '../../src/engine/agents/oscc.js';
import { AgentReports, PushSource } from '../../src/engine/agents/push-source.js';
import { RemoteSource } from '../../src/engine/agents/remote-source.js';
import type { AgentState } from '../../src/engine/domain/agent-state.js';
import type { SourceHarness } from '../agents/agent-source-contract.js';
import { FakeClock } from './fake-clock.js';
import { settleNetwork } from './network-settle.js';
import { type AmiScript, ScriptedAmi } from './scripted-ami.js';
import { type EslScript, type ScriptedAgent, ScriptedEsl } from './scripted-esl.js';
import { ScriptedOscc } from './scripted-oscc.js';
import type { ScriptedServer } from './scripted-server.js';

const AGENTS = ['a', 'b', 'c'];

/** Not at the full second: switches count in whole ones. */
export function networkClock(): FakeClock {
  return new FakeClock(new Date('2026-11-25T10:00:00.300Z'), settleNetwork);
}

export interface AmiHarnessOptions {
  readonly clock?: FakeClock;
  readonly script?: Partial<AmiScript>;
  /** Of the source; absent: learnt by observation. */
  readonly wrapUpSeconds?: number;
  readonly queueName?: string;
}

export async function startAmi({
  clock = networkClock(),
  script = {},
  wrapUpSeconds,
  queueName = 'sales',
}: AmiHarnessOptions = {}): Promise<SourceHarness & { readonly peer: ScriptedAmi }> {
  const peer = await ScriptedAmi.start(clock, script);
  for (const name of AGENTS) peer.addMember(name);
  const { username, secret } = peer.script;
  const login = { username, secret, queueName, wrapUpSeconds };
  const settings = { host: '127.0.0.1', amiPort: peer.server.port, tls: false, ...login };
  const source = new RemoteSource(
    'ASTERISK_AMI',
    (listener, calls) => openAmiSession(settings, clock, listener, calls),
    clock,
  );
  return {
    ...{ source, clock, peer },
    takesCall: (name, number) => peer.takeCall(name, number),
    endsCall: (name) => peer.hangUp(name),
    pauses: (name) => peer.change(name, { paused: true, reason: 'Lunch' }, 'QueueMemberPause'),
    duringNextSnapshot: (meanwhile) => {
      peer.script.duringSnapshot = meanwhile;
    },
    ...lifeOf(peer.server),
  };
}

export interface EslHarnessOptions {
  readonly clock?: FakeClock;
  readonly script?: Partial<EslScript>;
  readonly agent?: Partial<ScriptedAgent>;
  readonly queueName?: string;
}

export async function startEsl({
  clock = networkClock(),
  script = {},
  agent = {},
  queueName = 'support@default',
}: EslHarnessOptions = {}): Promise<SourceHarness & { readonly peer: ScriptedEsl }> {
  const peer = await ScriptedEsl.start(clock, script);
  for (const name of AGENTS) peer.addAgent(name, agent);
  const settings = { host: '127.0.0.1', eslPort: peer.server.port, password: peer.script.password, queueName };
  const source = new RemoteSource(
    'FREESWITCH_ESL',
    (listener, calls) => openEslSession(settings, clock, listener, calls),
    clock,
  );
  return {
    ...{ source, clock, peer },
    takesCall: (name, number) => peer.takeCall(name, number),
    endsCall: (name) => peer.endCall(name),
    pauses: (name) => peer.setStatus(name, 'On Break'),
    duringNextSnapshot: (meanwhile) => {
      peer.script.duringSnapshot = meanwhile;
    },
    ...lifeOf(peer.server),
  };
}

/** The peer is a simulator of our own interface, not verified against the product. */
export function startOscc(
  clock = networkClock(),
  prepare: (peer: ScriptedOscc) => void = () => undefined,
): SourceHarness & { readonly peer: ScriptedOscc } {
  const peer = new ScriptedOscc(clock);
  for (const id of AGENTS) peer.set(id, {});
  prepare(peer);
  const settings = { url: 'https://oscc.example', username: 'outdial', password: 'geheim-oscc', groupKey: '7' };
  const source = new RemoteSource(
    'OSCC',
    (listener, calls) => openOsccSession(settings, peer, clock, listener, calls),
    clock,
  );
  return {
    ...{ source, clock, peer },
    takesCall: (id) => peer.set(id, { handlingStates: ['Talking'] }),
    endsCall: (id) => peer.set(id, { handlingStates: [] }),
    pauses: (id) => peer.set(id, { routingState: 'Unavailable' }),
    dies: () => peer.die(),
    comesBack: () => {
      peer.isDead = false;
      return Promise.resolve();
    },
    fallsSilent: () => {
      peer.isSilent = true;
    },
    speaksAgain: () => {
      peer.isSilent = false;
    },
    connections: () => peer.registrations,
    end: () => Promise.resolve(),
  };
}

const TTL_MS = 60_000;

/** The integrator reports in time for as long as it is there. */
export function startPush(clock = networkClock()): SourceHarness {
  const reports = new AgentReports(clock);
  const states = new Map<string, AgentState>(AGENTS.map((name) => [name, 'AVAILABLE']));
  let sequence = 0;
  let isAway = false;
  const report = (mode: 'CHANGES' | 'SNAPSHOT', names: readonly string[]): void => {
    const stateOf = (agentId: string): AgentState => states.get(agentId) ?? 'UNKNOWN';
    const agents = names.map((agentId) => ({ agentId, state: stateOf(agentId), queueIds: ['queue'] }));
    reports.take('integrator', { sequence: ++sequence, ttlMs: TTL_MS, mode, agents, counts: [] });
  };
  const say = (name: string, state: AgentState): void => {
    states.set(name, state);
    if (!isAway) report('CHANGES', [name]);
  };
  const refresh = (): void => {
    if (isAway) return;
    report('SNAPSHOT', [...states.keys()]);
    timer = clock.setTimer(TTL_MS / 3, refresh);
  };
  let timer = clock.setTimer(0, () => undefined);
  refresh();
  return {
    ...{ source: new PushSource('queue', 'integrator', reports), clock },
    takesCall: (name) => say(name, 'TALKING'),
    endsCall: (name) => say(name, 'AVAILABLE'),
    pauses: (name) => say(name, 'UNAVAILABLE'),
    // That it is away shows when the time to live has passed.
    dies: async () => {
      isAway = true;
      timer.cancel();
      await clock.advance(TTL_MS);
    },
    comesBack: () => {
      isAway = false;
      refresh();
      return Promise.resolve();
    },
    end: () => {
      isAway = true;
      timer.cancel();
      reports.stop();
      return Promise.resolve();
    },
  };
}

export function startFixed(holdMs: number, clock = networkClock()): SourceHarness {
  const source = new FixedChannels({ channels: AGENTS.length, holdMs }, clock);
  return {
    ...{ source, clock },
    takesCall: (attemptId) => source.callHandedOver(attemptId, false),
    endsCall: () => undefined,
    end: () => Promise.resolve(),
  };
}

function lifeOf(server: ScriptedServer) {
  return {
    dies: () => server.close(),
    comesBack: () => server.listen(),
    fallsSilent: () => {
      server.isSilent = true;
    },
    speaksAgain: () => {
      server.isSilent = false;
    },
    connections: () => server.sockets.size,
    end: () => server.close(),
  };
}
