import type { CallMediaSink } from '../../src/engine/contracts/call-media.js';
import { FrameStream } from '../../src/engine/media/frame-stream.js';
import { FrameTicker } from '../../src/engine/media/frame-ticker.js';
import { readRtp, type RtpPacket, writeRtp } from '../../src/engine/media/rtp-packet.js';
import { FakeClock } from './fake-clock.js';
import { SilentLog } from './silent-log.js';

/** A datagram, and when it arrives, milliseconds since the answer. */
export interface Datagram {
  readonly atMs: number;
  readonly data: Uint8Array;
}

/** Packet `index` of a call: 20 ms with one byte over and over, sent on time. */
export function packetOf(index: number, code: number, over: Partial<RtpPacket> = {}): RtpPacket {
  return {
    payloadType: 0,
    marker: false,
    sequence: index & 0xffff,
    timestamp: (index * 160) >>> 0,
    ssrc: 1,
    payload: new Uint8Array(160).fill(code),
    ...over,
  };
}

/** The first packet arrives when its 20 ms are over. */
export function onTime(packets: readonly RtpPacket[], fromMs = 20): Datagram[] {
  return packets.map((packet, index) => ({ atMs: fromMs + 20 * index, data: writeRtp(packet) }));
}

/** What an answered call hears, on a clock that stands still. */
export class AudioCall {
  readonly clock = new FakeClock(new Date('2026-03-02T09:00:00Z'));

  /** Has the datagrams arrive and the clock tick; the sink gets the frames. */
  async hear(sink: CallMediaSink, datagrams: readonly Datagram[], forMs: number): Promise<void> {
    const stream = new FrameStream(sink);
    for (const { atMs, data } of datagrams) {
      this.clock.setTimer(atMs, () => {
        const packet = readRtp(data);
        if (packet) stream.receive(packet, this.clock.monotonicMs());
      });
    }
    const end = new FrameTicker(this.clock, new SilentLog()).watch(() => stream.advance(this.clock.monotonicMs()));
    await this.clock.advance(forMs);
    end();
  }
}

/** The first sample of each frame of a call; 0 is silence. */
export async function framesOf(datagrams: readonly Datagram[], forMs: number): Promise<number[]> {
  const heard: number[] = [];
  await new AudioCall().hear({ onFrame: (samples) => heard.push(samples[0] ?? Number.NaN) }, datagrams, forMs);
  return heard;
}
