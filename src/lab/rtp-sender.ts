import { FRAME_SAMPLES, type Sound } from './audio.js';
import { LoopbackSocket, type Destination } from './loopback-only.js';
import type { SeededRandom } from './seeded-random.js';
import { Codec } from './session-description.js';

const FRAME_MS = 20;
const HEADER_BYTES = 12;
/** Frames that are sent late rather than left out after the event loop was busy: 100 ms. */
const MOST_LATE_FRAMES = 5;

/**
 * Sends the audio of all calls, paced by one timer for all of them: 300 calls are 15,000 packets a second, and a timer
 * each would cost more than the packets.
 */
export class RtpSender {
  private readonly playing = new Set<RtpStream>();
  private readonly open = new Set<RtpStream>();
  private readonly opening = new Set<Promise<LoopbackSocket>>();
  private isClosed = false;
  private timer: NodeJS.Timeout | undefined;
  private nextFrameAtMs = 0;
  packetsSent = 0;
  /** Packets that were not sent because they would have left loopback. */
  refused = 0;
  /** Packets that came in on all streams; the lab does not listen to what is said. */
  packetsReceived = 0;

  /** A socket of its own for each call, as a gateway has; `random` makes its SSRC and first numbers repeatable. */
  async openStream(random: SeededRandom): Promise<RtpStream> {
    const opening = LoopbackSocket.open(0, () => this.packetsReceived++);
    this.opening.add(opening);
    const socket = await opening.finally(() => this.opening.delete(opening));
    if (this.isClosed) {
      await socket.close();
      throw new Error('The lab was closed.');
    }
    const stream = new RtpStream(socket, random, (isPlaying) => this.setPlaying(stream, isPlaying));
    this.open.add(stream);
    return stream;
  }

  async closeStream(stream: RtpStream): Promise<void> {
    if (!this.open.delete(stream)) return;
    this.setPlaying(stream, false);
    await stream.socket.close();
  }

  /** Streams that are open now. */
  get streams(): number {
    return this.open.size;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.allSettled(this.opening);
    await Promise.all([...this.open].map((stream) => this.closeStream(stream)));
  }

  private setPlaying(stream: RtpStream, isPlaying: boolean): void {
    if (!isPlaying) this.playing.delete(stream);
    else if (this.open.has(stream)) this.playing.add(stream);
    if (this.playing.size === 0) {
      clearTimeout(this.timer);
      this.timer = undefined;
    } else if (this.timer === undefined) {
      this.nextFrameAtMs = performance.now();
      this.schedule();
    }
  }

  private schedule(): void {
    this.timer = setTimeout(() => this.tick(), Math.max(0, Math.ceil(this.nextFrameAtMs - performance.now())));
  }

  /** The schedule is absolute: a late tick sends what is due and does not delay the ones after it. */
  private tick(): void {
    const due = 1 + Math.max(0, Math.floor((performance.now() - this.nextFrameAtMs) / FRAME_MS));
    const sent = Math.min(due, MOST_LATE_FRAMES);
    for (const stream of this.playing) {
      if (due > sent) stream.skip(due - sent);
      for (let frame = 0; frame < sent; frame++) {
        if (stream.sendFrame()) this.packetsSent++;
        else this.refused++;
      }
    }
    this.nextFrameAtMs += due * FRAME_MS;
    this.schedule();
  }
}

/** The RTP of one call (RFC 3550, RFC 3551): PCMU or PCMA, 20 ms a packet, from the port that the SDP names. */
export class RtpStream {
  private sound: Sound | undefined;
  private codec: Codec = Codec.PCMU;
  private destination: Destination | null = null;
  private position = 0;
  private isFirst = true;
  private sequence: number;
  private timestamp: number;
  private readonly ssrc: number;

  constructor(
    /** Belongs to the sender, which closes it. */
    readonly socket: LoopbackSocket,
    random: SeededRandom,
    private readonly onPlayingChanged: (isPlaying: boolean) => void,
  ) {
    this.sequence = Math.floor(random.between(0, 0x8000));
    this.timestamp = Math.floor(random.between(0, 0x1_0000_0000));
    this.ssrc = Math.floor(random.between(0, 0x1_0000_0000));
  }

  get port(): number {
    return this.socket.port;
  }

  /** null: nothing is sent, as on hold. */
  sendTo(destination: Destination | null, codec: Codec): void {
    this.destination = destination;
    this.codec = codec;
    this.update();
  }

  /** From its beginning; undefined stops. Sequence numbers and time stamps go on. */
  play(sound: Sound | undefined): void {
    this.sound = sound;
    this.position = 0;
    this.isFirst = true;
    this.update();
  }

  /** Time that passed without packets: the sound and its time stamps go on, sequence numbers do not. */
  skip(frames: number): void {
    for (let frame = 0; frame < frames; frame++) this.advance();
  }

  /** False if the destination was refused. */
  sendFrame(): boolean {
    if (!this.sound || !this.destination) return true;
    const packet = Buffer.allocUnsafe(HEADER_BYTES + FRAME_SAMPLES);
    packet[0] = 0x80;
    packet[1] = this.codec | (this.isFirst ? 0x80 : 0);
    packet.writeUInt16BE(this.sequence, 2);
    packet.writeUInt32BE(this.timestamp, 4);
    packet.writeUInt32BE(this.ssrc, 8);
    packet.set(this.sound.encoded[this.codec].subarray(this.position, this.position + FRAME_SAMPLES), HEADER_BYTES);
    this.isFirst = false;
    this.sequence = (this.sequence + 1) & 0xffff;
    this.advance();
    return this.socket.send(packet, this.destination);
  }

  private advance(): void {
    this.timestamp = (this.timestamp + FRAME_SAMPLES) >>> 0;
    this.position += FRAME_SAMPLES;
    if (this.sound && this.position >= this.sound.encoded[this.codec].length) this.position = this.sound.loopFrom;
  }

  private update(): void {
    this.onPlayingChanged(this.sound !== undefined && this.destination !== null);
  }
}
