import { createHash } from 'node:crypto';
import type net from 'node:net';
import type { FakeClock } from './fake-clock.js';
import { ScriptedServer } from './scripted-server.js';

type Fields = Readonly<Record<string, string | number>>;

export interface ScriptedMember {
  readonly interface: string;
  status: number;
  paused: boolean;
  reason: string;
  inCall: boolean;
  /** Whole seconds of the switch's clock; 0: never. */
  lastCall: number;
  ownWrapUp: number;
}

export interface AmiScript {
  readonly username: string;
  readonly secret: string;
  queue: string;
  /** Wrap-up that the queue is set to, which no message tells. */
  wrapUpSeconds: number;
  /** The switch's clock less ours. */
  clockOffsetMs: number;
  version: string;
  mayGetVariables: boolean;
  /** Events are sent: false, as for a user without the read class. */
  sendsEvents: boolean;
  /** What `QUEUE_MEMBER(q,ready)` says less than the states do. */
  countsLess: number;
  /** Called while a snapshot is being sent, after its first member. */
  duringSnapshot: (() => void) | undefined;
}

/** A manager interface with one queue, which says what Asterisk says (reference, section 3), in its order. */
export class ScriptedAmi {
  readonly server: ScriptedServer;
  readonly members = new Map<string, ScriptedMember>();
  readonly callers = new Map<string, { readonly number: string; readonly joinedMs: number }>();
  readonly actions: string[] = [];
  readonly script: AmiScript = {
    ...{ username: 'outdial', secret: 'geheim-ami', queue: 'sales', wrapUpSeconds: 0, clockOffsetMs: 0 },
    ...{ version: '12.0.0', mayGetVariables: true, sendsEvents: true, countsLess: 0, duringSnapshot: undefined },
  };
  private calls = 0;

  private constructor(
    private readonly clock: FakeClock,
    certificate?: { readonly cert: string; readonly key: string },
  ) {
    this.server = new ScriptedServer((socket) => this.serve(socket), certificate);
  }

  static async start(
    clock: FakeClock,
    script: Partial<AmiScript> = {},
    certificate?: { readonly cert: string; readonly key: string },
  ): Promise<ScriptedAmi> {
    const peer = new ScriptedAmi(clock, certificate);
    Object.assign(peer.script, script);
    await peer.server.listen();
    return peer;
  }

  addMember(name: string, change: Partial<ScriptedMember> = {}): ScriptedMember {
    const member: ScriptedMember = {
      ...{ interface: `PJSIP/${name}`, status: 1, paused: false, reason: '', inCall: false, lastCall: 0, ownWrapUp: 0 },
      ...change,
    };
    this.members.set(member.interface, member);
    return member;
  }

  member(name: string): ScriptedMember {
    const member = this.members.get(`PJSIP/${name}`);
    if (!member) throw new Error(`no member ${name}`);
    return member;
  }

  /** Changes a member and tells of it. */
  change(name: string, change: Partial<ScriptedMember>, event = 'QueueMemberStatus'): void {
    const member = Object.assign(this.member(name), change);
    this.tell(this.memberEvent(event, member));
  }

  remove(name: string): void {
    const member = this.member(name);
    this.members.delete(member.interface);
    this.tell(this.memberEvent('QueueMemberRemoved', member));
  }

  /** A caller enters the queue. Returns the unique id. */
  join(number: string): string {
    const uniqueId = `1795412132.${++this.calls}`;
    this.callers.set(uniqueId, { number, joinedMs: this.clock.monotonicMs() });
    const { size: Count } = this.callers;
    this.tell({ Event: 'QueueCallerJoin', CallerIDNum: number, Uniqueid: uniqueId, Position: Count, Count });
    return uniqueId;
  }

  ring(name: string, uniqueId: string): void {
    const CallerIDNum = this.callers.get(uniqueId)?.number ?? '';
    this.tell({ Event: 'AgentCalled', ...this.of(name), Uniqueid: uniqueId, CallerIDNum });
    this.change(name, { status: 6 });
  }

  leave(uniqueId: string, event = 'QueueCallerLeave'): void {
    this.callers.delete(uniqueId);
    this.tell({ Event: event, Uniqueid: uniqueId, Count: this.callers.size });
  }

  answer(name: string, uniqueId: string): void {
    this.leave(uniqueId);
    this.tell({ Event: 'AgentConnect', ...this.of(name), Uniqueid: uniqueId, HoldTime: 1, RingTime: 1 });
    this.change(name, { status: 2, inCall: true });
  }

  hangUp(name: string): void {
    this.tell({ Event: 'AgentComplete', ...this.of(name), TalkTime: 1, Reason: 'caller' });
    this.change(name, { status: 1, inCall: false, lastCall: Math.floor(this.nowS()) });
  }

  /** A call through the queue, from the caller's arrival to the answer. */
  takeCall(name: string, number = '5541999990000'): void {
    const uniqueId = this.join(number);
    this.ring(name, uniqueId);
    this.answer(name, uniqueId);
  }

  tell(fields: Fields): void {
    if (this.script.sendsEvents) this.server.broadcast(encode({ Queue: this.script.queue, ...fields }));
  }

  private serve(socket: net.Socket): void {
    const state = { rest: '', isLoggedIn: false, challenge: '211732993' };
    this.server.write(socket, `Asterisk Call Manager/${this.script.version}\r\n`);
    socket.on('data', (bytes: Buffer) => {
      state.rest += bytes.toString();
      for (let end = state.rest.indexOf('\r\n\r\n'); end >= 0; end = state.rest.indexOf('\r\n\r\n')) {
        const block = state.rest.slice(0, end);
        state.rest = state.rest.slice(end + 4);
        const pairs = block.split('\r\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]);
        this.act(socket, state, Object.fromEntries(pairs) as Record<string, string>);
      }
    });
  }

  private act(
    socket: net.Socket,
    state: { isLoggedIn: boolean; readonly challenge: string },
    action: Readonly<Record<string, string>>,
  ): void {
    this.actions.push(action.Action ?? '');
    const { ActionID = '' } = action;
    const say = (fields: Fields): void => this.server.write(socket, encode(fields));
    const reply = (fields: Fields): void => say({ Response: 'Success', ActionID, ...fields });
    const refuse = (Message: string): void => say({ Response: 'Error', ActionID, Message });
    if (action.Action === 'Challenge') {
      reply({ Challenge: state.challenge });
      return;
    }
    if (action.Action === 'Login') {
      const key = createHash('md5')
        .update(state.challenge + this.script.secret)
        .digest('hex');
      state.isLoggedIn = action.Username === this.script.username && action.Key === key;
      if (state.isLoggedIn) {
        reply({ Message: 'Authentication accepted' });
        return;
      }
      refuse('Authentication failed');
      socket.end();
      return;
    }
    if (!state.isLoggedIn) {
      refuse('Permission denied');
      return;
    }
    switch (action.Action ?? '') {
      case 'Ping':
        reply({ Ping: 'Pong', Timestamp: this.nowS().toFixed(6) });
        return;
      case 'Getvar':
        if (!this.script.mayGetVariables) {
          refuse('Permission denied');
          return;
        }
        reply({ Variable: action.Variable ?? '', Value: this.variable(action.Variable ?? '') });
        return;
      case 'QueueStatus':
        this.status(say, ActionID, action.Queue ?? '');
        return;
      default:
        refuse('Invalid/unknown command');
        return;
    }
  }

  private status(say: (fields: Fields) => void, ActionID: string, Queue: string): void {
    say({ Response: 'Success', ActionID, EventList: 'start', Message: 'Queue status will follow' });
    const isOurs = Queue === this.script.queue;
    if (isOurs) say({ Event: 'QueueParams', ActionID, Queue, Calls: this.callers.size });
    for (const [index, member] of (isOurs ? [...this.members.values()] : []).entries()) {
      if (index === 1) this.interrupt();
      const name = { Name: member.interface, Location: member.interface };
      say({ Event: 'QueueMember', ActionID, Queue, ...name, ...this.state(member) });
    }
    for (const [Uniqueid, { number, joinedMs }] of isOurs ? this.callers : []) {
      const Wait = Math.floor((this.clock.monotonicMs() - joinedMs) / 1000);
      say({ Event: 'QueueEntry', ActionID, Queue, Uniqueid, CallerIDNum: number, Wait });
    }
    const ListItems = isOurs ? 1 + this.members.size + this.callers.size : 0;
    say({ Event: 'QueueStatusComplete', ActionID, EventList: 'Complete', ListItems });
  }

  private interrupt(): void {
    const { duringSnapshot } = this.script;
    this.script.duringSnapshot = undefined;
    duringSnapshot?.();
  }

  private variable(name: string): string {
    // Functions do not mind the case of a queue's name; lists and events do.
    const [, queue = ''] = /\((\w+)/.exec(name) ?? [];
    const isOurs = queue.toLowerCase() === this.script.queue.toLowerCase();
    if (name.startsWith('QUEUE_EXISTS')) return isOurs ? '1' : '0';
    if (!isOurs) return '0';
    const nowS = Math.floor(this.nowS());
    const ready = [...this.members.values()].filter(({ status, paused, lastCall, ownWrapUp }) => {
      const wrapUp = ownWrapUp || this.script.wrapUpSeconds;
      return status === 1 && !paused && (lastCall === 0 || nowS >= lastCall + wrapUp);
    });
    return String(Math.max(0, ready.length - this.script.countsLess));
  }

  private nowS(): number {
    return (this.clock.now().getTime() + this.script.clockOffsetMs) / 1000;
  }

  private of(name: string): Fields {
    const { interface: id } = this.member(name);
    return { Interface: id, MemberName: id };
  }

  private memberEvent(Event: string, member: ScriptedMember): Fields {
    return { Event, MemberName: member.interface, Interface: member.interface, ...this.state(member), Ringinuse: 1 };
  }

  private state({ interface: id, status, paused, reason, inCall, lastCall, ownWrapUp }: ScriptedMember): Fields {
    return {
      ...{ StateInterface: id, Membership: 'dynamic', Penalty: 0, CallsTaken: 0, LastCall: lastCall, LastPause: 0 },
      ...{ InCall: inCall ? 1 : 0, Status: status, Paused: paused ? 1 : 0, PausedReason: reason },
      Wrapuptime: ownWrapUp,
    };
  }
}

function encode(fields: Fields): string {
  const lines = Object.entries(fields).map(([key, value]) => `${key}: ${value}\r\n`);
  return `${lines.join('')}\r\n`;
}
