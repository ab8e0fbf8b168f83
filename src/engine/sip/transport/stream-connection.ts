import type { Socket } from 'node:net';
import type { Clock, Timer } from '../../contracts/clock.js';
import { connectionFault } from './connection-fault.js';
import { MessageFramer } from './message-framer.js';

const CONNECT_TIMEOUT_MS = 5_000;
/** RFC 5626, 4.4.1, asks for 80 to 100 % of an interval that NAT and servers bear; 30 s. */
const PING_MIN_MS = 24_000;
const PING_MAX_MS = 30_000;
/** RFC 5626, 4.4.1. */
const PONG_WAIT_MS = 10_000;
/** 64 × T1: a server that has not sent a byte since our request is not there any more. */
const SILENCE_MS = 32_000;
/** What may wait for a peer that reads slowly; beyond it is not reading at all. Bytes. */
const MAX_UNSENT_BYTES = 1024 * 1024;

export interface StreamConnectionOptions {
  readonly clock: Clock;
  readonly socket: Socket;
  /** The event after which messages may be sent; null: the peer has connected to us, and they may at once. */
  readonly upOn: 'connect' | 'secureConnect' | null;
  /** We are the side that keeps the connection alive. */
  readonly pings: boolean;
  /** Ends the connection after so long without a message or a ping from the peer, milliseconds; null: never. */
  readonly idleTimeoutMs: number | null;
  readonly onUp: (connection: StreamConnection) => void;
  readonly onMessage: (text: string, connection: StreamConnection) => void;
  /** What came is no SIP, or cannot be followed. */
  readonly onGarbage: () => void;
  /** Once. @param fault in English, null: either side ended it in order */
  readonly onEnd: (connection: StreamConnection, fault: string | null) => void;
}

/** One connection over TCP or TLS. Errors end it; they never leave it but by `onEnd` and the rejected sends. */
export class StreamConnection {
  readonly closed: Promise<unknown>;
  private readonly up: Promise<void>;
  private readonly framer: MessageFramer;
  private fault: string | null = null;
  private isUp = false;
  /** What comes is not followed any more. */
  private isLost = false;
  private connectTimer: Timer | null = null;
  private pingTimer: Timer | null = null;
  private idleTimer: Timer | null = null;
  private silenceTimer: Timer | null = null;
  /** Most peers do not answer pings, which are no more than empty lines to them. */
  private peerAnswersPings = false;

  constructor(private readonly options: StreamConnectionOptions) {
    const { socket, clock, upOn } = options;
    this.framer = new MessageFramer({
      onMessage: (text) => {
        this.awaitNext();
        options.onMessage(text, this);
      },
      onPing: () => {
        this.awaitNext();
        this.write('\r\n').catch(() => undefined);
      },
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, PING_MAX_MS);
    socket.on('error', (error) => (this.fault ??= connectionFault(error)));
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket.once('close', () => this.ended());
    if (upOn === null) {
      this.up = Promise.resolve();
      this.begin();
    } else {
      this.connectTimer = clock.setTimer(CONNECT_TIMEOUT_MS, () =>
        this.destroy(`No connection within ${CONNECT_TIMEOUT_MS / 1_000} s`),
      );
      this.up = new Promise((resolve, reject) => {
        socket.once(upOn, () => {
          this.begin();
          resolve();
        });
        socket.once('close', () => reject(this.asError()));
      });
      // Nobody may be waiting.
      this.up.catch(() => undefined);
    }
  }

  /** Up at some time; false: it never came to a connection. */
  get wasUp(): boolean {
    return this.isUp;
  }

  get peer(): { readonly host: string; readonly port: number } {
    const { remoteAddress = '', remotePort = 0 } = this.options.socket;
    return { host: remoteAddress, port: remotePort };
  }

  /** Waits for the connection; rejects, with a text for the operator, if there is none or it ends before. */
  async send(text: string, expectsAnswer: boolean): Promise<void> {
    // At once where that is possible: a refusal precedes the end of its connection.
    if (!this.isUp) await this.up;
    if (expectsAnswer) {
      this.silenceTimer ??= this.options.clock.setTimer(SILENCE_MS, () => this.destroy('The server does not answer'));
    }
    await this.write(text);
  }

  /** @param fault in English; without one the end is in order */
  destroy(fault?: string): void {
    this.fault ??= fault ?? null;
    this.options.socket.destroy();
  }

  private begin(): void {
    this.isUp = true;
    this.connectTimer?.cancel();
    this.awaitNext();
    if (this.options.pings) this.pingLater();
    this.options.onUp(this);
  }

  private receive(chunk: Buffer): void {
    this.silenceTimer?.cancel();
    this.silenceTimer = null;
    if (this.isLost || this.framer.push(chunk)) return;
    this.isLost = true;
    this.options.onGarbage();
    this.fault ??= 'The peer does not speak SIP';
    // After the refusal that may be on its way.
    this.options.socket.destroySoon();
  }

  private write(text: string): Promise<void> {
    const { socket } = this.options;
    if (socket.destroyed) return Promise.reject(this.asError());
    if (socket.writableLength > MAX_UNSENT_BYTES) {
      this.destroy('The peer does not read what is sent');
      return Promise.reject(this.asError());
    }
    return new Promise((resolve, reject) => {
      socket.write(text, (error) => {
        if (error) reject(this.asError());
        else resolve();
      });
    });
  }

  private awaitNext(): void {
    const { idleTimeoutMs, clock } = this.options;
    if (idleTimeoutMs === null) return;
    this.idleTimer?.cancel();
    this.idleTimer = clock.setTimer(idleTimeoutMs, () => this.destroy());
  }

  private pingLater(): void {
    const delayMs = PING_MIN_MS + Math.random() * (PING_MAX_MS - PING_MIN_MS);
    this.pingTimer = this.options.clock.setTimer(delayMs, () => this.ping());
  }

  private ping(): void {
    const { bytesRead } = this.options.socket;
    const { pongs } = this.framer;
    this.write('\r\n\r\n').catch(() => undefined);
    this.pingTimer = this.options.clock.setTimer(PONG_WAIT_MS, () => {
      if (this.framer.pongs > pongs) {
        this.peerAnswersPings = true;
      } else if (this.peerAnswersPings && this.options.socket.bytesRead === bytesRead) {
        this.destroy('The server does not answer any more');
        return;
      }
      this.pingLater();
    });
  }

  private ended(): void {
    for (const timer of [this.connectTimer, this.pingTimer, this.idleTimer, this.silenceTimer]) timer?.cancel();
    this.options.onEnd(this, this.fault);
  }

  private asError(): Error {
    return new Error(this.fault ?? 'The connection has ended');
  }
}
