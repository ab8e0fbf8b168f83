import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AudioSource, MediaSession, MediaSessions } from '../../src/engine/contracts/call-media.js';
import { FrameTicker } from '../../src/engine/media/frame-ticker.js';
import { A_LAW, A_TO_U_LAW, encodeG711, U_LAW, U_TO_A_LAW } from '../../src/engine/media/g711.js';
import type { RtpPacket } from '../../src/engine/media/rtp-packet.js';
import { RtpSender } from '../../src/engine/media/rtp-sender.js';
import { createRtpSessions } from '../../src/engine/media/rtp-session.js';
import { FakeClock } from '../support/fake-clock.js';
import { RealClock } from '../support/real-clock.js';
import { RtpEar } from '../support/rtp-ear.js';
import { SilentLog } from '../support/silent-log.js';
import { readRtp } from '../../src/engine/media/rtp-packet.js';

/** As many frames as asked for, each with a level of its own. */
const steps = (frames: number): AudioSource => {
  let played = 0;
  return {
    next: (frame) => {
      if (played === frames) return false;
      frame.fill(++played * 1_000);
      return true;
    },
  };
};
const endless: AudioSource = { next: (frame) => frame.fill(20_000).length > 0 };
const levelOf = ({ payload }: RtpPacket): number => Math.round((U_LAW[payload[0] ?? 0] ?? 0) / 1_000);

describe('G.711', () => {
  test.each([
    ['PCMU', U_LAW],
    ['PCMA', A_LAW],
  ] as const)('in %s every code is decoded and encoded to itself, or to the other zero', (codec, table) => {
    const codes = new Uint8Array(256);
    encodeG711(table, codes, codec);
    codes.forEach((code, index) => expect(table[code]).toBe(table[index]));
  });

  test('keeps its level from one law to the other', () => {
    for (let code = 0; code < 256; code++) {
      const [u, a] = [U_LAW[code] ?? 0, A_LAW[code] ?? 0];
      expect(Math.abs((A_LAW[U_TO_A_LAW[code] ?? 0] ?? 0) - u)).toBeLessThanOrEqual(Math.abs(u) / 16 + 16);
      expect(Math.abs((U_LAW[A_TO_U_LAW[code] ?? 0] ?? 0) - a)).toBeLessThanOrEqual(Math.abs(a) / 16 + 16);
    }
  });
});

describe('playing', () => {
  let clock: RealClock;
  let sessions: MediaSessions;
  let session: MediaSession;
  let ear: RtpEar;
  beforeEach(async () => {
    clock = new RealClock();
    sessions = createRtpSessions({ clock, log: new SilentLog(), hosts: ['127.0.0.1'] });
    session = await sessions.open(4);
    ear = await RtpEar.open();
    session.setRemote({ host: '127.0.0.1', port: ear.port, codec: 'PCMU' });
    session.start();
  });
  afterEach(async () => {
    session.close();
    await ear.close();
    expect(clock.pending).toBe(0);
  });

  test('sends each frame once and in order, marked at its beginning, 20 ms apart by the timestamps', async () => {
    const playback = session.play(steps(5));
    const packets: RtpPacket[] = [];
    for (let level = 1; level <= 5; level++) packets.push(await ear.next((packet) => levelOf(packet) === level));
    expect(await playback.finished).toBe('ended');
    packets.forEach((packet, index) => {
      expect(packet.marker).toBe(index === 0);
      expect(packet.timestamp).toBe(((packets[0]?.timestamp ?? 0) + index * 160) >>> 0);
      expect(packet.sequence).toBe(((packets[0]?.sequence ?? 0) + index) & 0xffff);
    });
  });

  test('of another source, or the end of the call, stops the one before', async () => {
    const first = session.play(endless);
    await ear.next((packet) => levelOf(packet) === 20);
    const second = session.play(steps(2));
    expect(await first.finished).toBe('stopped');
    expect(await second.finished).toBe('ended');
    const third = session.play(endless);
    session.close();
    expect(await third.finished).toBe('stopped');
    expect(await session.play(endless).finished).toBe('stopped');
  });

  test('goes to where the far end sends from', async () => {
    const elsewhere = await RtpEar.open();
    session.play(endless);
    elsewhere.say(session.localPort, 0x90);
    await elsewhere.next((packet) => levelOf(packet) === 20);
    await elsewhere.close();
  });

  test('is heard in place of what is relayed, until it has ended', async () => {
    const other = await sessions.open(4);
    const caller = await RtpEar.open();
    other.setRemote({ host: '127.0.0.1', port: caller.port, codec: 'PCMU' });
    other.start();
    other.relayTo(session);
    const playback = session.play(endless);
    await ear.next((packet) => levelOf(packet) === 20);
    playback.stop();
    caller.say(other.localPort, 0x90);
    const relayed = await ear.next(({ payload }) => payload[0] === 0x90);
    expect(relayed.ssrc).not.toBe(RtpEar.SSRC);
    other.close();
    await caller.close();
  });

  test('telephone events are relayed under the number that the other side knows them by', async () => {
    const other = await sessions.open(4);
    const caller = await RtpEar.open();
    other.setRemote({ host: '127.0.0.1', port: caller.port, codec: 'PCMU', telephoneEvent: 96 });
    session.setRemote({ host: '127.0.0.1', port: ear.port, codec: 'PCMU', telephoneEvent: 101 });
    other.start();
    other.relayTo(session);
    caller.say(other.localPort, 0x05, 96);
    expect((await ear.next(({ payload }) => payload[0] === 0x05)).payloadType).toBe(101);
    other.close();
    await caller.close();
  });
});

describe('the ticker', () => {
  test('gives every player its frames at 20 ms without drift, from one timer', async () => {
    const clock = new FakeClock(new Date(0));
    const ticker = new FrameTicker(clock, new SilentLog());
    const frames = [0, 0, 0];
    const ends = frames.map((_, player) => ticker.add(() => (frames[player] = (frames[player] ?? 0) + 1) > 0));
    expect(clock.timerCount()).toBe(1);
    await clock.advance(10_000);
    expect(frames).toEqual([500, 500, 500]);
    for (const end of ends) end();
    expect(clock.timerCount()).toBe(0);
  });

  test('goes on for all others when one of them fails, which is logged once', async () => {
    const clock = new FakeClock(new Date(0));
    const log = new SilentLog();
    const ticker = new FrameTicker(clock, log);
    const fail = (): never => {
      throw new Error('division by nought');
    };
    let [played, watched] = [0, 0];
    const ends = [ticker.add(fail), ticker.watch(fail), ticker.add(() => ++played > 0), ticker.watch(() => watched++)];
    await clock.advance(1_000);
    expect([played, watched]).toEqual([50, 50]);
    expect(log.lines).toEqual(new Array(2).fill(expect.stringContaining('error the audio of a call failed')));
    for (const end of ends) end();
    expect(clock.timerCount()).toBe(0);
  });
});

describe('a stream that is sent', () => {
  const sent: RtpPacket[] = [];
  let nowMs = 0;
  const sender = new RtpSender(
    (data) => {
      const packet = readRtp(data);
      if (packet) sent.push(packet);
    },
    () => nowMs,
  );
  const from = (sequence: number, timestamp: number): RtpPacket => ({
    payloadType: 0,
    marker: false,
    sequence,
    timestamp,
    ssrc: 9,
    payload: new Uint8Array(160),
  });

  test('keeps its numbers together when what is relayed takes over, and keeps that one’s order and gaps', () => {
    sender.beginSpurt();
    sender.send(0, new Uint8Array(160), true);
    nowMs = 100;
    for (const packet of [from(65_535, 4_294_967_200), from(1, 224), from(0, 64)]) sender.relay(packet);
    const [own, first, third, second] = sent;
    if (!own || !first || !second || !third) throw new Error('Not sent');
    const ahead = (packet: RtpPacket): readonly [number, number] => [
      (packet.sequence - own.sequence) & 0xffff,
      (packet.timestamp - own.timestamp) >>> 0,
    ];
    expect([first, second, third].map(ahead)).toEqual([
      [1, 800],
      [2, 960],
      [3, 1_120],
    ]);
    expect(new Set(sent.map(({ ssrc }) => ssrc)).size).toBe(1);
    expect(first.marker).toBe(true);
  });
});
