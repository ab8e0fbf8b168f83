import type { Clock, Timer } from '../../contracts/clock.js';
import { PeerSocket } from '../peer-socket.js';
import type { SourceProblem } from '../remote-source.js';
import { EslFormatError, EslReader, readJsonObject, readRow, type EslMessage, type EslRow } from './esl-codec.js';

const ANSWER_TIMEOUT_MS = 5_000;

export interface EslEvents {
  /** The password may be sent. */
  readonly authWanted: () => void;
  /** Something arrived. */
  readonly alive: () => void;
  readonly event: (event: EslRow) => void;
  /** Once, and nothing after it. Not after `close`. */
  readonly ended: (problem: SourceProblem) => void;
}

interface Pending {
  readonly answer: (message: EslMessage) => void;
  readonly timer: Timer;
}

/** Why a command did not do what it should. */
export class EslRefusal extends Error {
  constructor(readonly problem: SourceProblem) {
    super(problem.message);
  }
}

/** An inbound connection to the event socket. Commands are answered in their order. */
export class EslConnection {
  private readonly socket: PeerSocket;
  private readonly reader = new EslReader();
  private readonly pending: Pending[] = [];
  private isOver = false;

  constructor(
    address: { readonly host: string; readonly port: number },
    private readonly clock: Clock,
    private readonly events: EslEvents,
  ) {
    this.socket = new PeerSocket({ ...address, tls: false }, clock, {
      data: (bytes) => this.read(bytes),
      ended: (problem) => this.end(problem),
    });
  }

  /** @throws EslRefusal */
  async login(password: string): Promise<void> {
    const reply = await this.send(`auth ${password}`);
    if (!replyOf(reply).startsWith('+OK')) {
      throw new EslRefusal({ fault: 'AUTH', message: 'The password of the event socket is refused' });
    }
  }

  /** @throws EslRefusal */
  async listen(events: string): Promise<void> {
    const reply = replyOf(await this.send(`event json ${events}`));
    if (reply.startsWith('+OK')) return;
    throw new EslRefusal({ fault: 'PERMISSION', message: `The events are refused (${reply.slice(0, 200)})` });
  }

  /** The text that an API command answers. */
  async api(command: string): Promise<string> {
    return (await this.send(`api ${command}`)).body;
  }

  /**
   * The rows that `callcenter_config` answers.
   *
   * @throws EslRefusal
   */
  async callcenter(args: string, queueName?: string): Promise<readonly EslRow[]> {
    const data = { arguments: args, ...(queueName !== undefined && { queue_name: queueName }) };
    const body = await this.api(`json ${JSON.stringify({ command: 'callcenter_config', data })}`);
    if (body.startsWith('-')) {
      throw new EslRefusal({
        fault: 'PERMISSION',
        message: `callcenter_config is refused (${body.slice(0, 200).trim()})`,
      });
    }
    const { response } = readJsonObject(body);
    if (Array.isArray(response)) return response.map(readRow);
    throw new EslRefusal({ fault: 'VERSION', message: 'callcenter_config does not answer: is mod_callcenter loaded?' });
  }

  close(): Promise<void> {
    this.letGo();
    return this.socket.close();
  }

  private send(command: string): Promise<EslMessage> {
    return new Promise((resolve) => {
      if (this.isOver) return;
      // A line break would end the command and begin another one.
      if (/[\r\n]/.test(command)) throw new EslFormatError('A command contains a line break');
      const timer = this.clock.setTimer(ANSWER_TIMEOUT_MS, () => {
        this.end({ fault: 'PROTOCOL', message: `A command was not answered within ${ANSWER_TIMEOUT_MS / 1000} s` });
      });
      this.pending.push({ answer: resolve, timer });
      this.socket.write(`${command}\n\n`);
    });
  }

  private read(bytes: Buffer): void {
    this.events.alive();
    try {
      for (const message of this.reader.push(bytes)) if (!this.isOver) this.take(message);
    } catch (error) {
      if (!(error instanceof EslFormatError)) throw error;
      this.end({ fault: 'PROTOCOL', message: error.message });
    }
  }

  private take(message: EslMessage): void {
    switch (message.headers.get('content-type') ?? '') {
      case 'auth/request':
        this.events.authWanted();
        return;
      case 'text/event-json':
        this.events.event(readRow(readJsonObject(message.body)));
        return;
      case 'text/rude-rejection':
        this.end({
          fault: 'PERMISSION',
          message: 'Refused by the access list of the event socket (apply-inbound-acl)',
        });
        return;
      case 'text/disconnect-notice':
        this.end({ fault: 'NETWORK', message: 'FreeSWITCH has closed the event socket' });
        return;
      case 'command/reply':
      case 'api/response': {
        const pending = this.pending.shift();
        pending?.timer.cancel();
        pending?.answer(message);
        return;
      }
    }
  }

  private end(problem: SourceProblem): void {
    if (this.isOver) return;
    this.letGo();
    void this.socket.close();
    this.events.ended(problem);
  }

  private letGo(): void {
    this.isOver = true;
    for (const { timer } of this.pending.splice(0)) timer.cancel();
  }
}

function replyOf({ headers }: EslMessage): string {
  return headers.get('reply-text') ?? '';
}
