import type { Socket } from 'node:dgram';
import { isIP, SocketAddress } from 'node:net';
import type {
  AudioSource,
  CallMediaSink,
  MediaRemote,
  MediaSession,
  MediaSessions,
  Playback,
} from '../contracts/call-media.js';
import type { Clock, Timer } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import { FRAME_SAMPLES, FrameStream } from './frame-stream.js';
import { FRAME_MS, FrameTicker } from './frame-ticker.js';
import { A_TO_U_LAW, encodeG711, SILENCE_A_LAW, SILENCE_U_LAW, U_TO_A_LAW } from './g711.js';
import { readRtp, type RtpPacket } from './rtp-packet.js';
import { RtpPlayback, stoppedPlayback } from './rtp-playback.js';
import { type RtpPortRange, RtpPorts } from './rtp-ports.js';
import { RtpSender } from './rtp-sender.js';

const PCMU = 0;
const PCMA = 8;
/** Packets after the answer: enough for NAT and border controllers that learn our address from the first ones. */
const BURST_PACKETS = 5;
/** Afterwards one packet now and then keeps that path open, and RTP time-outs of the PBX at bay. Milliseconds. */
const KEEP_ALIVE_MS = 5_000;
/** Another source may take over when the one listened to has been quiet for so long, milliseconds. */
const SOURCE_HOLD_MS = 500;

export interface RtpSessionsOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** IP addresses to bind, at most one of each family. */
  readonly hosts: readonly string[];
  /** Without it the system chooses the ports. */
  readonly portRange?: RtpPortRange;
}

/** One socket a call: its buffer in the kernel survives pauses of this process that a shared one would not. */
export const createRtpSessions = ({ clock, log, hosts, portRange }: RtpSessionsOptions): MediaSessions => {
  const portsByFamily = new Map(hosts.map((host) => [isIP(host), new RtpPorts(host, portRange)]));
  const ticker = new FrameTicker(clock, log);
  return {
    open: async (family) => {
      const ports = portsByFamily.get(family);
      if (!ports) throw new Error(`No local IPv${family} address for RTP`);
      return new RtpSession(await ports.bind(), clock, log, ticker);
    },
  };
};

interface RtpAddress {
  readonly address: string;
  readonly port: number;
}

export class RtpSession implements MediaSession {
  readonly localPort: number;
  private readonly sender: RtpSender;
  private readonly encoded = new Uint8Array(FRAME_SAMPLES);
  private remote: MediaRemote | null = null;
  /** Where the SDP says that the far end is. */
  private announced: RtpAddress | null = null;
  private source: (RtpAddress & { heardAt: number }) | null = null;
  private stream: FrameStream | null = null;
  private started = false;
  private closed = false;
  private startedAtMs = 0;
  private lastHeardMs: number | null = null;
  private playback: RtpPlayback | null = null;
  private relay: RtpSession | null = null;
  /** When another call last sent something through here. */
  private fedAtMs = -Infinity;
  private sendTimer: Timer | null = null;
  private endFrames: () => void = () => undefined;

  constructor(
    private readonly socket: Socket,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly ticker: FrameTicker,
  ) {
    this.sender = new RtpSender(
      (packet) => this.write(packet),
      () => clock.monotonicMs(),
    );
    this.localPort = socket.address().port;
    socket.on('message', (data, { address, port }) => this.onDatagram(data, address, port));
    // ICMP errors and the like: audio is lost, the call is not.
    socket.on('error', (error) => this.log.debug({ reason: error.message }, 'RTP socket error'));
  }

  setRemote(remote: MediaRemote): void {
    this.remote = remote;
    this.announced = addressOf(remote);
    this.source = null;
  }

  start(sink?: CallMediaSink): void {
    if (this.started || this.closed) return;
    this.started = true;
    this.startedAtMs = this.clock.monotonicMs();
    if (sink) {
      const stream = (this.stream = new FrameStream(sink));
      this.endFrames = this.ticker.watch(() => stream.advance(this.clock.monotonicMs() - this.startedAtMs));
    }
    this.sendSilence(BURST_PACKETS);
  }

  get heardAtMs(): number | null {
    return this.lastHeardMs;
  }

  play(source: AudioSource): Playback {
    this.playback?.stop();
    if (this.closed) return stoppedPlayback;
    this.playback = new RtpPlayback(source, this.ticker, (frame, isFirst) => {
      if (isFirst) this.sender.beginSpurt();
      encodeG711(frame, this.encoded, this.codec);
      this.sender.send(this.codec === 'PCMU' ? PCMU : PCMA, this.encoded, isFirst);
    });
    return this.playback;
  }

  relayTo(other: MediaSession | null): void {
    if (other !== null && !(other instanceof RtpSession)) throw new Error('Not a session of these');
    this.relay = other;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.stream = null;
    this.relay = null;
    this.playback?.stop();
    this.sendTimer?.cancel();
    this.endFrames();
    this.socket.close();
  }

  private onDatagram(data: Buffer, address: string, port: number): void {
    // From port 0 comes what wants no answer, and none can be sent there.
    if (!this.started || this.closed || port === 0) return;
    const packet = readRtp(data);
    if (packet === null || !this.accepts(address, port)) return;
    this.lastHeardMs = this.clock.monotonicMs();
    this.stream?.receive(packet, this.lastHeardMs - this.startedAtMs);
    this.relay?.forward(packet, this.remote);
  }

  /** What the far end of another call has sent, to ours: in its codec, with its number for telephone events. */
  private forward(packet: RtpPacket, from: MediaRemote | null): void {
    if (this.closed || this.playback?.isPlaying) return;
    const isULaw = this.codec === 'PCMU';
    if (packet.payloadType === PCMU || packet.payloadType === PCMA) {
      const isSame = (packet.payloadType === PCMU) === isULaw;
      const table = isULaw ? A_TO_U_LAW : U_TO_A_LAW;
      const payload = isSame ? packet.payload : packet.payload.map((code) => table[code] ?? 0);
      this.relayPacket({ ...packet, payloadType: isULaw ? PCMU : PCMA, payload });
    } else if (packet.payloadType === from?.telephoneEvent && typeof this.remote?.telephoneEvent === 'number') {
      this.relayPacket({ ...packet, payloadType: this.remote.telephoneEvent });
    }
  }

  private relayPacket(packet: RtpPacket): void {
    this.fedAtMs = this.clock.monotonicMs();
    this.sender.relay(packet);
  }

  /**
   * Symmetric RTP (RFC 4961): behind NAT the far end sends from elsewhere than its SDP says, so the first valid packet
   * tells. Once somebody is listened to, others are not, lest anybody who guesses the port speaks into the call; only who
   * sends from where the SDP says is always listened to.
   */
  private accepts(address: string, port: number): boolean {
    const now = this.clock.monotonicMs();
    const { source } = this;
    const isFrom = (other: RtpAddress | null): boolean => other?.address === address && other.port === port;
    const isSame = source !== null && isFrom(source);
    const isHeld = source !== null && now - source.heardAt < SOURCE_HOLD_MS;
    if (!isSame && isHeld && !isFrom(this.announced)) return false;
    if (isSame) {
      source.heardAt = now;
    } else {
      this.source = { address, port, heardAt: now };
    }
    return true;
  }

  private sendSilence(burstLeft: number): void {
    const isFirst = burstLeft === BURST_PACKETS;
    const delayMs = burstLeft > 1 ? FRAME_MS : KEEP_ALIVE_MS;
    this.sendTimer = this.clock.setTimer(delayMs, () => this.sendSilence(Math.max(0, burstLeft - 1)));
    if (this.playback?.isPlaying || this.clock.monotonicMs() - this.fedAtMs < KEEP_ALIVE_MS) return;
    const isULaw = this.codec === 'PCMU';
    this.sender.beginSpurt();
    const silence = new Uint8Array(FRAME_SAMPLES).fill(isULaw ? SILENCE_U_LAW : SILENCE_A_LAW);
    this.sender.send(isULaw ? PCMU : PCMA, silence, isFirst);
  }

  private get codec(): MediaRemote['codec'] {
    return this.remote?.codec ?? 'PCMU';
  }

  /** Never throws: it runs in the timers that all calls share. */
  private write(packet: Uint8Array): void {
    const target = this.source ?? this.announced;
    if (target === null) return;
    try {
      this.socket.send(packet, target.port, target.address, () => undefined);
    } catch (error) {
      this.log.debug({ err: error }, 'RTP packet not sent');
    }
  }
}

/** Null: nowhere to send to. On hold by the old way, c=0.0.0.0, nobody is there. */
function addressOf({ host, port }: MediaRemote): RtpAddress | null {
  const family = isIP(host);
  if (family === 0 || host === '0.0.0.0' || port < 1 || port > 65_535) return null;
  // An IPv6 address can be written in many ways; sockets have one.
  return { address: new SocketAddress({ address: host, family: family === 4 ? 'ipv4' : 'ipv6' }).address, port };
}
