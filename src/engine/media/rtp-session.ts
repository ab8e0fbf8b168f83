import { randomInt } from 'node:crypto';
import type { Socket } from 'node:dgram';
import { isIP } from 'node:net';
import type { CallMediaSink, MediaRemote, MediaSession, MediaSessions } from '../contracts/call-media.js';
import type { Clock, Timer } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import { FRAME_SAMPLES, FrameStream } from './frame-stream.js';
import { SILENCE_A_LAW, SILENCE_U_LAW } from './g711.js';
import { readRtp, writeRtp } from './rtp-packet.js';
import { type RtpPortRange, RtpPorts } from './rtp-ports.js';

const FRAME_MS = 20;
/** Packets after the answer: enough for NAT and border controllers that learn our address from the first ones. */
const BURST_PACKETS = 5;
/** Afterwards one packet now and then keeps that path open, and RTP time-outs of the PBX at bay. Milliseconds. */
const KEEP_ALIVE_MS = 5_000;
/** Nothing for so long: the detector gets silence by the clock. Milliseconds. */
const STALL_MS = 200;
/** How often that is looked at, milliseconds. */
const STALL_CHECK_MS = 100;
/** Another source may take over when the one listened to has been quiet for so long, milliseconds. */
const SOURCE_HOLD_MS = 500;

export interface RtpSessionsOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** IP address to bind. */
  readonly host: string;
  /** Without it the system chooses the ports. */
  readonly portRange?: RtpPortRange;
}

/** One socket a call: its buffer in the kernel survives pauses of this process that a shared one would not. */
export const createRtpSessions = ({ clock, log, host, portRange }: RtpSessionsOptions): MediaSessions => {
  const ports = new RtpPorts(host, portRange);
  return { open: async () => new RtpSession(await ports.bind(), clock, log) };
};

export class RtpSession implements MediaSession {
  readonly localPort: number;
  private readonly ssrc = randomInt(2 ** 32);
  private sequence = randomInt(2 ** 16);
  private timestamp = randomInt(2 ** 32);
  private remote: MediaRemote | null = null;
  private source: { address: string; port: number; heardAt: number } | null = null;
  private stream: FrameStream | null = null;
  private started = false;
  private closed = false;
  private startedAt = 0;
  private heardAt = 0;
  private sendTimer: Timer | null = null;
  private stallTimer: Timer | null = null;

  constructor(
    private readonly socket: Socket,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.localPort = socket.address().port;
    socket.on('message', (data, { address, port }) => this.onDatagram(data, address, port));
    // ICMP errors and the like: audio is lost, the call is not.
    socket.on('error', (error) => this.log.debug({ reason: error.message }, 'RTP socket error'));
  }

  setRemote(remote: MediaRemote): void {
    this.remote = remote;
    this.source = null;
  }

  start(sink?: CallMediaSink): void {
    if (this.started || this.closed) return;
    this.started = true;
    this.startedAt = this.heardAt = this.clock.monotonicMs();
    if (sink) {
      this.stream = new FrameStream(sink);
      this.stallTimer = this.clock.setTimer(STALL_CHECK_MS, () => this.checkStall());
    }
    this.sendSilence(BURST_PACKETS);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.stream = null;
    this.sendTimer?.cancel();
    this.stallTimer?.cancel();
    this.socket.close();
  }

  private onDatagram(data: Buffer, address: string, port: number): void {
    if (!this.started || this.closed) return;
    const packet = readRtp(data);
    if (packet === null || !this.accepts(address, port)) return;
    if (this.stream === null) return;
    this.heardAt = this.clock.monotonicMs();
    this.stream.receive(packet);
  }

  /**
   * Symmetric RTP (RFC 4961): behind NAT the far end sends from elsewhere than its SDP says, so the first valid packet
   * tells. Once somebody is listened to, others are not, lest anybody who guesses the port speaks into the call.
   */
  private accepts(address: string, port: number): boolean {
    const now = this.clock.monotonicMs();
    const { source } = this;
    const isSame = source !== null && source.address === address && source.port === port;
    if (source !== null && !isSame && now - source.heardAt < SOURCE_HOLD_MS) return false;
    if (isSame) {
      source.heardAt = now;
    } else {
      this.source = { address, port, heardAt: now };
    }
    return true;
  }

  private checkStall(): void {
    this.stallTimer = this.clock.setTimer(STALL_CHECK_MS, () => this.checkStall());
    const now = this.clock.monotonicMs();
    if (now - this.heardAt < STALL_MS || !this.stream) return;
    const samples = Math.floor((now - this.heardAt) / FRAME_MS) * FRAME_SAMPLES;
    this.heardAt += (samples / FRAME_SAMPLES) * FRAME_MS;
    this.stream.conceal(samples);
  }

  private sendSilence(burstLeft: number): void {
    const marker = burstLeft === BURST_PACKETS;
    const delayMs = burstLeft > 1 ? FRAME_MS : KEEP_ALIVE_MS;
    this.sendTimer = this.clock.setTimer(delayMs, () => this.sendSilence(Math.max(0, burstLeft - 1)));
    const elapsedSamples = Math.round((this.clock.monotonicMs() - this.startedAt) * 8);
    const target = this.target();
    if (target === null) return;
    const isULaw = this.remote?.codec !== 'PCMA';
    const packet = writeRtp({
      payloadType: isULaw ? 0 : 8,
      marker,
      sequence: this.sequence++,
      timestamp: this.timestamp + elapsedSamples,
      ssrc: this.ssrc,
      payload: new Uint8Array(FRAME_SAMPLES).fill(isULaw ? SILENCE_U_LAW : SILENCE_A_LAW),
    });
    this.socket.send(packet, target.port, target.host, () => undefined);
  }

  private target(): { host: string; port: number } | null {
    if (this.source) return { host: this.source.address, port: this.source.port };
    if (!this.remote || this.remote.port === 0 || isIP(this.remote.host) === 0) return null;
    // On hold by the old way, c=0.0.0.0: nobody is there.
    return this.remote.host === '0.0.0.0' ? null : { host: this.remote.host, port: this.remote.port };
  }
}
