import { createHash } from 'node:crypto';
import type { Clock, Timer } from '../../contracts/clock.js';
import { PeerSocket, type PeerAddress } from '../peer-socket.js';
import type { SourceProblem } from '../remote-source.js';
import { AmiFormatError, AmiReader, encodeAction, type AmiMessage } from './ami-codec.js';

const ANSWER_TIMEOUT_MS = 5_000;
/** Asterisk 12, the first whose queue events always come. */
const OLDEST_VERSION = 2;

export interface AmiEvents {
  readonly bannerRead: () => void;
  /** Something arrived. */
  readonly alive: () => void;
  readonly event: (event: AmiMessage) => void;
  /** Once, and nothing after it. Not after `close`. */
  readonly ended: (problem: SourceProblem) => void;
}

interface Pending {
  readonly answer: (message: AmiMessage) => void;
  /** Takes the events of a list, which end with one that says `EventList: Complete`. */
  readonly item: ((event: AmiMessage) => void) | undefined;
  readonly timer: Timer;
}

/** Why an action did not do what it should; the connection may go on. */
export class AmiRefusal extends Error {
  constructor(readonly problem: SourceProblem) {
    super(problem.message);
  }
}

/** A connection to the manager interface: actions with their answers, and events. */
export class AmiConnection {
  private readonly socket: PeerSocket;
  private readonly reader = new AmiReader();
  private readonly pending = new Map<string, Pending>();
  private lastId = 0;
  private isGreeted = false;
  private isOver = false;

  constructor(
    address: PeerAddress,
    private readonly clock: Clock,
    private readonly events: AmiEvents,
  ) {
    this.socket = new PeerSocket(address, clock, {
      data: (bytes) => this.read(bytes),
      ended: (problem) => this.end(problem),
    });
  }

  /** @throws AmiRefusal */
  async login(username: string, secret: string): Promise<void> {
    const challenge = await this.act({ Action: 'Challenge', AuthType: 'MD5' });
    if (challenge.text('Response') !== 'Success') throw refused('AUTH', 'The MD5 login is refused', challenge);
    // MD5 is what the interface has; over a network that is not trusted, TLS is what protects.
    const key = createHash('md5')
      .update(challenge.text('Challenge') + secret)
      .digest('hex');
    const login = { Action: 'Login', AuthType: 'MD5', Username: username, Key: key, Events: 'agent' };
    const answer = await this.act(login);
    if (answer.text('Response') !== 'Success') throw refused('AUTH', 'The login is refused', answer);
  }

  /** @throws AmiRefusal if the user may not read variables */
  async variable(name: string): Promise<string> {
    const answer = await this.act({ Action: 'Getvar', Variable: name });
    if (answer.text('Response') === 'Success') return answer.text('Value');
    throw refused('PERMISSION', 'Getvar is refused: the manager user needs write = call or reporting', answer);
  }

  /** Its answer, and every event of its list on the way; resolves with the list's end. */
  act(fields: Readonly<Record<string, string>>, item?: (event: AmiMessage) => void): Promise<AmiMessage> {
    return new Promise((resolve) => {
      if (this.isOver) return;
      const id = String(++this.lastId);
      const timer = this.clock.setTimer(ANSWER_TIMEOUT_MS, () => {
        const seconds = ANSWER_TIMEOUT_MS / 1000;
        this.end({ fault: 'PROTOCOL', message: `${fields.Action ?? ''} was not answered within ${seconds} s` });
      });
      this.pending.set(id, { answer: resolve, item, timer });
      this.socket.write(encodeAction({ ...fields, ActionID: id }));
    });
  }

  close(): Promise<void> {
    this.letGo();
    return this.socket.close();
  }

  private read(bytes: Buffer): void {
    this.events.alive();
    try {
      const messages = this.reader.push(bytes);
      if (!this.greet()) return;
      for (const message of messages) this.take(message);
    } catch (error) {
      if (!(error instanceof AmiFormatError)) throw error;
      this.end({ fault: 'PROTOCOL', message: error.message });
    }
  }

  /** False while the banner is not there, or not acceptable. */
  private greet(): boolean {
    const { version } = this.reader;
    if (this.isGreeted || version === undefined) return this.isGreeted;
    if (Number.parseInt(version, 10) < OLDEST_VERSION) {
      this.end({ fault: 'VERSION', message: `Manager interface ${version}: Asterisk 12 or newer is needed` });
      return false;
    }
    this.isGreeted = true;
    this.events.bannerRead();
    return true;
  }

  private take(message: AmiMessage): void {
    if (this.isOver) return;
    const id = message.text('ActionID');
    const pending = this.pending.get(id);
    if (!pending) {
      if (message.has('Event')) this.events.event(message);
      return;
    }
    const isRefused = message.text('Response') === 'Error';
    const isComplete = message.text('EventList').toLowerCase() === 'complete';
    if (pending.item && !isRefused && !isComplete) {
      if (message.has('Event')) pending.item(message);
      return;
    }
    this.pending.delete(id);
    pending.timer.cancel();
    pending.answer(message);
  }

  private end(problem: SourceProblem): void {
    if (this.isOver) return;
    this.letGo();
    void this.socket.close();
    this.events.ended(problem);
  }

  private letGo(): void {
    this.isOver = true;
    for (const { timer } of this.pending.values()) timer.cancel();
    this.pending.clear();
  }
}

function refused(fault: SourceProblem['fault'], what: string, answer: AmiMessage): AmiRefusal {
  const words = answer.text('Message').slice(0, 200);
  return new AmiRefusal({ fault, message: words === '' ? what : `${what} (${words})` });
}
