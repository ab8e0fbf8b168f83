import type net from 'node:net';
import type { FakeClock } from './fake-clock.js';
import { ScriptedServer } from './scripted-server.js';

type Fields = Readonly<Record<string, string | number>>;

export interface ScriptedAgent {
  readonly name: string;
  status: string;
  state: string;
  tier: string;
  wrapUp: number;
  noAnswerDelay: number;
  lastBridgeEnd: number;
  readyTime: number;
  externalCalls: number;
}

export interface EslScript {
  readonly password: string;
  readonly queue: string;
  clockOffsetMs: number;
  skipsExternalCalls: boolean;
  /** How a connection is greeted. */
  greets: 'auth' | 'rude-rejection';
  sendsEvents: boolean;
  hasCallcenter: boolean;
  duringSnapshot: (() => void) | undefined;
}

/** An event socket with one queue of mod_callcenter, which says what the reference says (section 5), traps included. */
export class ScriptedEsl {
  readonly server: ScriptedServer;
  readonly agents = new Map<string, ScriptedAgent>();
  readonly members = new Map<string, { readonly number: string; state: string; readonly joinedS: number }>();
  readonly commands: string[] = [];
  readonly script: EslScript = {
    ...{ password: 'geheim-esl', queue: 'support@default', clockOffsetMs: 0, skipsExternalCalls: true },
    ...{ greets: 'auth', sendsEvents: true, hasCallcenter: true, duringSnapshot: undefined },
  };
  /** Callers in a conversation, by agent. */
  private readonly served = new Map<string, string>();
  private calls = 0;

  private constructor(private readonly clock: FakeClock) {
    this.server = new ScriptedServer((socket) => this.serve(socket));
  }

  static async start(clock: FakeClock, script: Partial<EslScript> = {}): Promise<ScriptedEsl> {
    const peer = new ScriptedEsl(clock);
    Object.assign(peer.script, script);
    await peer.server.listen();
    return peer;
  }

  addAgent(name: string, change: Partial<ScriptedAgent> = {}): void {
    const times = { wrapUp: 0, noAnswerDelay: 0, lastBridgeEnd: 0, readyTime: 0, externalCalls: 0 };
    this.agents.set(name, { name, status: 'Available', state: 'Waiting', tier: 'Ready', ...times, ...change });
  }

  agent(name: string): ScriptedAgent {
    const agent = this.agents.get(name);
    if (!agent) throw new Error(`no agent ${name}`);
    return agent;
  }

  setStatus(name: string, status: string): void {
    this.agent(name).status = status;
    this.tell({ 'CC-Action': 'agent-status-change', 'CC-Agent': name, 'CC-Agent-Status': status });
  }

  setState(name: string, state: string): void {
    this.agent(name).state = state;
    this.tell({ 'CC-Action': 'agent-state-change', 'CC-Agent': name, 'CC-Agent-State': state });
  }

  join(number: string): string {
    const uuid = `member-${++this.calls}`;
    this.members.set(uuid, { number, state: 'Waiting', joinedS: Math.floor(this.nowS()) });
    this.tell({ 'CC-Action': 'member-queue-start', 'CC-Queue': this.script.queue, ...idsOf(uuid) });
    return uuid;
  }

  offer(name: string, uuid: string): void {
    this.setState(name, 'Receiving');
    this.agent(name).tier = 'Offering';
    this.member(uuid).state = 'Trying';
    const number = this.members.get(uuid)?.number ?? '';
    this.tell({ 'CC-Action': 'agent-offering', ...this.of(name, uuid), 'CC-Member-CID-Number': number });
  }

  takeCall(name: string, number = '5541999990000'): void {
    const uuid = this.join(number);
    this.offer(name, uuid);
    this.served.set(name, uuid);
    this.member(uuid).state = 'Answered';
    Object.assign(this.agent(name), { state: 'In a queue call', tier: 'Active Inbound' });
    this.tell({ 'CC-Action': 'bridge-agent-start', ...this.of(name, uuid) });
    this.setState(name, 'In a queue call');
  }

  /**
   * The event comes before the row is written, and the state is `Waiting` at once, wrap-up or not. Only now does the caller
   * leave the list of members.
   */
  endCall(name: string, writeRow = true): void {
    const endedAt = Math.floor(this.nowS());
    const uuid = this.served.get(name) ?? '';
    this.tell({ 'CC-Action': 'bridge-agent-end', ...this.of(name, uuid), 'CC-Bridge-Terminated-Time': endedAt });
    if (writeRow) this.agent(name).lastBridgeEnd = endedAt;
    this.members.delete(uuid);
    this.tell({ 'CC-Action': 'member-queue-end', ...this.of(name, uuid), 'CC-Cause': 'Terminated' });
    this.agent(name).tier = 'Ready';
    this.setState(name, 'Waiting');
  }

  fail(name: string, uuid: string): void {
    this.tell({ 'CC-Action': 'bridge-agent-fail', ...this.of(name, uuid), 'CC-Hangup-Cause': 'NO_ANSWER' });
    const agent = this.agent(name);
    agent.readyTime = Math.floor(this.nowS()) + agent.noAnswerDelay;
    agent.tier = 'No Answer';
    this.member(uuid).state = 'Waiting';
    this.setState(name, 'Waiting');
  }

  /** Who has hung up may come back to his place, so that the row stays for a while. */
  abandon(uuid: string): void {
    this.member(uuid).state = 'Abandoned';
    this.tell({ 'CC-Action': 'member-queue-end', 'CC-Queue': this.script.queue, ...idsOf(uuid), 'CC-Cause': 'Cancel' });
  }

  tell(fields: Fields): void {
    if (!this.script.sendsEvents) return;
    const stamp = String(Math.round(this.nowS() * 1e6));
    const event = { 'Event-Name': 'CUSTOM', 'Event-Subclass': 'callcenter::info', 'Event-Date-Timestamp': stamp };
    this.server.broadcast(withBody('text/event-json', JSON.stringify({ ...event, ...fields })));
  }

  nowS(): number {
    return (this.clock.now().getTime() + this.script.clockOffsetMs) / 1000;
  }

  private serve(socket: net.Socket): void {
    const state = { rest: '', isLoggedIn: false };
    if (this.script.greets === 'rude-rejection') {
      this.server.write(socket, withBody('text/rude-rejection', 'Access Denied, go away.\n'));
      socket.end();
      return;
    }
    this.server.write(socket, 'Content-Type: auth/request\n\n');
    socket.on('data', (bytes: Buffer) => {
      state.rest += bytes.toString();
      for (let end = state.rest.indexOf('\n\n'); end >= 0; end = state.rest.indexOf('\n\n')) {
        const command = state.rest.slice(0, end);
        state.rest = state.rest.slice(end + 2);
        this.obey(socket, state, command);
      }
    });
  }

  private obey(socket: net.Socket, state: { isLoggedIn: boolean }, command: string): void {
    this.commands.push(command);
    const reply = (text: string): void =>
      this.server.write(socket, `Content-Type: command/reply\nReply-Text: ${text}\n\n`);
    if (command.startsWith('auth ')) {
      state.isLoggedIn = command === `auth ${this.script.password}`;
      reply(state.isLoggedIn ? '+OK accepted' : '-ERR invalid');
      return;
    }
    if (!state.isLoggedIn) {
      reply('-ERR command not found');
      return;
    }
    if (command.startsWith('event json ')) {
      reply('+OK event listener enabled json');
      return;
    }
    const answer = (body: string): void => this.server.write(socket, withBody('api/response', body));
    if (command === 'api strepoch') {
      answer(String(Math.floor(this.nowS())));
      return;
    }
    if (command.startsWith('api json ')) {
      answer(this.json(command.slice('api json '.length)));
      return;
    }
    answer('-ERR command not found\n');
  }

  private json(text: string): string {
    const request = JSON.parse(text) as { command: string; data: { arguments: string; queue_name?: string } };
    if (!this.script.hasCallcenter)
      return JSON.stringify({ ...request, status: 'error', message: 'Command not found' });
    return JSON.stringify({ ...request, response: this.rows(request.data) });
  }

  private rows({ arguments: args, queue_name: queue }: { arguments: string; queue_name?: string }): readonly Fields[] {
    const { script } = this;
    if (args === 'queue list') {
      return [{ name: script.queue, skip_agents_with_external_calls: String(script.skipsExternalCalls) }];
    }
    if (queue !== script.queue) return [];
    const agents = [...this.agents.values()];
    switch (args) {
      case 'queue list agents': {
        const rows = agents.map(agentRow);
        script.duringSnapshot?.();
        script.duringSnapshot = undefined;
        return rows;
      }
      case 'queue list tiers':
        return agents.map(({ name, tier }) => ({
          queue: script.queue,
          agent: name,
          state: tier,
          level: 1,
          position: 1,
        }));
      case 'queue list members':
        return [...this.members].map(([uuid, { state, joinedS }]) => ({
          ...{ queue: script.queue, uuid, session_uuid: channelOf(uuid), state, joined_epoch: joinedS },
        }));
      default:
        return [];
    }
  }

  private member(uuid: string): { state: string } {
    const member = this.members.get(uuid);
    if (!member) throw new Error(`no member ${uuid}`);
    return member;
  }

  private of(name: string, uuid: string): Fields {
    return { 'CC-Agent': name, 'CC-Queue': this.script.queue, ...idsOf(uuid) };
  }
}

/** A caller's channel has an id of its own. */
function channelOf(memberId: string): string {
  return `channel-of-${memberId}`;
}

function idsOf(memberId: string): Fields {
  return { 'CC-Member-UUID': memberId, 'CC-Member-Session-UUID': channelOf(memberId) };
}

/** Numbers are text in some columns, as in the real rows. */
function agentRow(agent: ScriptedAgent): Fields {
  const { name, status, state, wrapUp, noAnswerDelay, lastBridgeEnd, readyTime, externalCalls } = agent;
  return {
    ...{ name, type: 'callback', status, state, wrap_up_time: String(wrapUp), reject_delay_time: '0' },
    ...{ busy_delay_time: '0', no_answer_delay_time: String(noAnswerDelay), last_bridge_end: String(lastBridgeEnd) },
    ...{ ready_time: readyTime, external_calls_count: externalCalls },
  };
}

function withBody(type: string, body: string): string {
  return `Content-Length: ${Buffer.byteLength(body)}\nContent-Type: ${type}\n\n${body}`;
}
