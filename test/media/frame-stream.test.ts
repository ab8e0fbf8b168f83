import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FrameStream } from '../../src/engine/media/frame-stream.js';
import { A_LAW, U_LAW } from '../../src/engine/media/g711.js';
import { writeRtp } from '../../src/engine/media/rtp-packet.js';
import { AudioCall, type Datagram, framesOf, onTime, packetOf } from '../support/audio-call.js';

/** Packets 1, 2, 3 and so on; of each the byte is another one. */
const codeOf = (index: number): number => 0x80 + index;
const sampleOf = (index: number): number => U_LAW[codeOf(index)] ?? Number.NaN;
const packets = (...indexes: number[]) => indexes.map((index) => packetOf(index, codeOf(index)));
/** The frames without those before the first packet, which are silence. */
const spoken = (frames: readonly number[]): number[] => frames.slice(frames.findIndex((sample) => sample !== 0));

describe('the frames of a call', () => {
  test('are 50 a second from the answer on, 60 ms after their time', async () => {
    expect(await framesOf([], 1_000)).toEqual(new Array(47).fill(0));
    expect(await framesOf(onTime(packets(1, 2, 3)), 160)).toEqual([0, ...[1, 2, 3].map(sampleOf), 0]);
  });

  test('have each packet in its time, counted from the answer though the first packet comes late', async () => {
    const frames = await framesOf(onTime(packets(1, 2), 3_000), 3_200);
    expect(frames.indexOf(sampleOf(1))).toBe(150);
    expect(frames.indexOf(sampleOf(2))).toBe(151);
  });

  test('come in order though packets do not, and once though packets come twice', async () => {
    const order = [1, 3, 2, 2, 4, 6, 4, 5, 1];
    const datagrams = order.map((index, at): Datagram => {
      return { atMs: 20 + at * 10, data: writeRtp(packetOf(index, codeOf(index))) };
    });
    expect(spoken(await framesOf(datagrams, 300)).slice(0, 7)).toEqual([...[1, 2, 3, 4, 5, 6].map(sampleOf), 0]);
  });

  test('have silence of the right length in place of lost packets and pauses of the peer', async () => {
    const datagrams = [1, 2, 5, 6, 30].map((index): Datagram => {
      return { atMs: 20 * index, data: writeRtp(packetOf(index, codeOf(index))) };
    });
    const frames = spoken(await framesOf(datagrams, 800));
    expect(frames.slice(0, 6)).toEqual([sampleOf(1), sampleOf(2), 0, 0, sampleOf(5), sampleOf(6)]);
    expect(frames.indexOf(sampleOf(30))).toBe(29);
  });

  test('survive jitter of 60 ms', async () => {
    const jitter = [0, 50, 10, 60, 30, 0, 55, 20];
    const datagrams = jitter.map((lateMs, at): Datagram => {
      return { atMs: 20 + 20 * at + lateMs, data: writeRtp(packetOf(at + 1, codeOf(at + 1))) };
    });
    expect(spoken(await framesOf(datagrams, 400)).slice(0, 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map(sampleOf));
  });

  test('go on when the network has become slower for good', async () => {
    const datagrams = [...onTime(packets(1, 2, 3)), ...onTime(packets(4, 5, 6, 7, 8, 9), 580)];
    const frames = await framesOf(datagrams, 900);
    // Three packets that are too late tell that it is for good.
    expect(frames.filter((sample) => sample !== 0)).toEqual([1, 2, 3, 6, 7, 8, 9].map(sampleOf));
  });

  test('go on over the wrap of sequence and timestamp', async () => {
    const wrapping = [0, 1, 2, 3].map((n) =>
      packetOf(n, codeOf(n + 1), { sequence: (65_534 + n) & 0xffff, timestamp: (2 ** 32 - 320 + n * 160) >>> 0 }),
    );
    expect(spoken(await framesOf(onTime(wrapping), 200)).slice(0, 4)).toEqual([1, 2, 3, 4].map(sampleOf));
  });

  test('are 20 ms whatever the packets are', async () => {
    const datagrams = [0, 1, 2, 3].map((n): Datagram => {
      const payload = new Uint8Array(240).fill(0x90);
      return { atMs: 40 + 30 * n, data: writeRtp(packetOf(n, 0, { payload, timestamp: n * 240 })) };
    });
    const heard = await framesOf(datagrams, 400);
    expect(heard.filter((sample) => sample !== 0)).toHaveLength(6);
  });

  test('decode A-law', async () => {
    expect(await framesOf(onTime([packetOf(1, 0xaa, { payloadType: 8 })]), 120)).toContain(A_LAW[0xaa]);
  });

  test('ignore telephone events and payload types that were not offered', async () => {
    const strange = [101, 18, 96, 34].map((payloadType, n) => packetOf(n, 0x80, { payloadType }));
    expect(await framesOf(onTime(strange), 400)).toEqual(new Array(17).fill(0));
  });

  test('have noise of the level that a comfort noise packet tells, until somebody speaks', async () => {
    const levels: number[] = [];
    const datagrams: Datagram[] = [
      { atMs: 20, data: writeRtp(packetOf(1, 0, { payloadType: 13, payload: Uint8Array.of(60) })) },
      ...onTime([packetOf(26, 0xff), packetOf(27, 0xff)], 520),
    ];
    await new AudioCall().hear(
      { onFrame: (samples) => levels.push(Math.sqrt(samples.reduce((sum, value) => sum + value ** 2, 0) / 160)) },
      datagrams,
      1_000,
    );
    // 0 dBov is 32,768; 60 dB below it are 33.
    expect(levels).toHaveLength(47);
    for (const level of levels.slice(1, 26)) expect(Math.abs(level - 33)).toBeLessThan(5);
    expect(levels.slice(26)).toEqual(new Array(21).fill(0));
  });

  test('have no noise that another source told', async () => {
    const stray = packetOf(4, 0, { ssrc: 7, payloadType: 13, payload: Uint8Array.of(50) });
    const heard = spoken(await framesOf(onTime([...packets(1, 2, 3), stray]), 400));
    expect(heard.slice(0, 3)).toEqual([1, 2, 3].map(sampleOf));
    expect(heard.slice(3)).toEqual(new Array(heard.length - 3).fill(0));
  });

  test('tell which of them are made of what arrived', async () => {
    const arrived: boolean[] = [];
    const noise = packetOf(5, 0, { payloadType: 13, payload: Uint8Array.of(127) });
    const datagrams = [...onTime(packets(1, 2)), { atMs: 100, data: writeRtp(noise) }];
    await new AudioCall().hear({ onFrame: (_, hasArrived) => arrived.push(hasArrived) }, datagrams, 200);
    expect(arrived).toEqual([false, true, true, false, false, true, true]);
  });

  test('have quiet noise at the most, whatever the packet says', async () => {
    const loud = packetOf(1, 0, { payloadType: 13, payload: Uint8Array.of(0) });
    expect(Math.max(...(await framesOf(onTime([loud]), 400)).map(Math.abs))).toBeLessThan(600);
    expect(await framesOf(onTime([packetOf(1, 0, { payloadType: 13, payload: new Uint8Array() })]), 400)).toHaveLength(
      17,
    );
  });

  test('follow a new source once it has sent twice, but no stray', async () => {
    const stray = writeRtp(packetOf(99, 0x81, { ssrc: 7 }));
    const withStray = [...onTime(packets(1, 2, 3)), { atMs: 45, data: stray }];
    expect(spoken(await framesOf(withStray, 200)).slice(0, 4)).toEqual([...[1, 2, 3].map(sampleOf), 0]);
    const other = [4, 5, 6].map((n) => packetOf(n, codeOf(n), { ssrc: 2, timestamp: 77 + n * 160 }));
    expect(spoken(await framesOf(onTime([...packets(1, 2, 3), ...other]), 300)).slice(0, 6)).toEqual(
      [1, 2, 3].map(sampleOf).concat(0, sampleOf(5), sampleOf(6)),
    );
  });

  test('follow a jump of the timestamps', async () => {
    const jumped = packetOf(4, codeOf(4), { timestamp: 3_000_000_000 });
    expect(spoken(await framesOf(onTime([...packets(1, 2, 3), jumped]), 300)).slice(0, 4)).toEqual(
      [1, 2, 3, 4].map(sampleOf),
    );
  });

  test('are made up for after a pause of the process, with the packets that came meanwhile', () => {
    const heard: number[] = [];
    const stream = new FrameStream({ onFrame: (samples) => heard.push(samples[0] ?? Number.NaN) });
    for (const packet of packets(1, 2)) stream.receive(packet, 20 * packet.sequence);
    stream.advance(60);
    // 400 ms later the timers come first, and then what the socket holds.
    stream.advance(460);
    for (const packet of packets(...Array.from({ length: 20 }, (_, n) => n + 3))) stream.receive(packet, 462);
    for (let atMs = 480; atMs <= 700; atMs += 20) stream.advance(atMs);
    expect(heard).toHaveLength(32);
    expect(heard.filter((sample) => sample !== 0)).toEqual(
      [1, 2, ...Array.from({ length: 20 }, (_, n) => n + 3)].map(sampleOf),
    );
  });

  test('are of the right number, whatever comes', () => {
    const anyPacket = fc.record({
      payloadType: fc.constantFrom(0, 8, 13, 101),
      marker: fc.boolean(),
      sequence: fc.nat(65_535),
      timestamp: fc.oneof(fc.nat(40_000), fc.nat(2 ** 32 - 1)),
      ssrc: fc.constantFrom(1, 1, 1, 2, 3),
      payload: fc.uint8Array({ maxLength: 1_400 }),
      afterMs: fc.nat(60),
    });
    fc.assert(
      fc.property(fc.array(anyPacket, { maxLength: 60 }), (sequence) => {
        let frames = 0;
        const stream = new FrameStream({ onFrame: () => frames++ });
        let nowMs = 0;
        for (const { afterMs, ...packet } of sequence) {
          for (const untilMs = nowMs + afterMs; nowMs < untilMs; nowMs++) if (nowMs % 20 === 0) stream.advance(nowMs);
          stream.receive(packet, nowMs);
        }
        stream.advance(nowMs);
        expect(frames).toBe(Math.max(0, Math.floor((nowMs - 60) / 20)));
      }),
      { numRuns: 300, seed: 5 },
    );
  });
});
