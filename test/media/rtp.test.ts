import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { A_LAW, U_LAW } from '../../src/engine/media/g711.js';
import { readRtp, type RtpPacket, writeRtp } from '../../src/engine/media/rtp-packet.js';
import { RtpPorts } from '../../src/engine/media/rtp-ports.js';
import { FrameTicker } from '../../src/engine/media/frame-ticker.js';
import { createRtpSessions, RtpSession } from '../../src/engine/media/rtp-session.js';
import type { MediaSession } from '../../src/engine/contracts/call-media.js';
import { RealClock } from '../support/real-clock.js';
import { SilentLog } from '../support/silent-log.js';

/** One packet of 20 ms whose samples all have the value of `code`. */
const packet = (sequence: number, code = 0x80 + sequence, over: Partial<RtpPacket> = {}): RtpPacket => ({
  payloadType: 0,
  marker: false,
  sequence: sequence & 0xffff,
  timestamp: (sequence * 160) >>> 0,
  ssrc: 1,
  payload: new Uint8Array(160).fill(code),
  ...over,
});

const at = (list: Int16Array, index: number): number => list[index] ?? Number.NaN;

/** The next RTP packet that the socket gets. */
const nextPacket = async (socket: Socket): Promise<RtpPacket> => {
  const [data] = (await once(socket, 'message')) as [Buffer];
  const read = readRtp(data);
  if (!read) throw new Error('Not RTP');
  return read;
};

describe('G.711', () => {
  // From the tables of ITU-T G.711 in 16-bit steps.
  test.each([
    [0xff, 0],
    [0x7f, 0],
    [0x80, 32_124],
    [0x00, -32_124],
    [0xfe, 8],
    [0x7e, -8],
    [0xef, 132],
    [0xc0, 1_884],
  ])('decodes µ-law %i as %i', (code, sample) => expect(U_LAW[code]).toBe(sample));

  test.each([
    [0xd5, 8],
    [0x55, -8],
    [0xaa, 32_256],
    [0x2a, -32_256],
    [0xd4, 24],
    [0xc5, 264],
    [0x80, 5_504],
  ])('decodes A-law %i as %i', (code, sample) => expect(A_LAW[code]).toBe(sample));

  test('is symmetric, and louder with each step', () => {
    for (let code = 0; code < 128; code++) {
      expect(at(U_LAW, code) + at(U_LAW, code + 128)).toBe(0);
      expect(at(A_LAW, code) + at(A_LAW, code + 128)).toBe(0);
    }
    for (let code = 128; code < 255; code++) expect(at(U_LAW, code)).toBeGreaterThan(at(U_LAW, code + 1));
    expect(new Set(A_LAW).size).toBe(256);
  });
});

describe('an RTP packet', () => {
  test('is read as it was written', () => {
    const written = packet(65_535, 3, { marker: true, timestamp: 2 ** 32 - 1, ssrc: 0xdeadbeef });
    expect(readRtp(writeRtp(written))).toEqual(written);
  });

  test('may have contributing sources, an extension and padding', () => {
    const plain = writeRtp(packet(1, 5, { payload: Uint8Array.of(1, 2, 3) }));
    const data = Uint8Array.of(
      0x80 | 0x30 | 1,
      ...plain.slice(1, 12),
      9,
      9,
      9,
      9,
      0,
      0,
      0,
      1,
      7,
      7,
      7,
      7,
      1,
      2,
      3,
      0,
      2,
    );
    expect(readRtp(data)?.payload).toEqual(Uint8Array.of(1, 2, 3));
  });

  test('is not made of RTCP, short, cut or foreign datagrams', () => {
    const data = writeRtp(packet(1));
    expect(readRtp(data.slice(0, 11))).toBeNull();
    expect(readRtp(Uint8Array.of(0x81, 200, ...data.slice(2)))).toBeNull();
    expect(readRtp(Uint8Array.of(0x40, ...data.slice(1)))).toBeNull();
    expect(readRtp(Uint8Array.of(0x90, ...data.slice(1, 12), 0, 0, 0xff, 0xff))).toBeNull();
    expect(readRtp(Uint8Array.of(0xa0, ...data.slice(1, 12), 200))).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => void readRtp(noise)),
      { numRuns: 3_000, seed: 3 },
    );
  });
});

describe('an RTP session', () => {
  let peer: Socket;
  let session: MediaSession;
  const clock = new RealClock();
  const bind = async (): Promise<Socket> => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return socket;
  };
  beforeEach(async () => {
    peer = await bind();
    session = await createRtpSessions({ clock, log: new SilentLog(), hosts: ['127.0.0.1'] }).open(4);
  });
  afterEach(() => {
    session.close();
    session.close();
    peer.close();
    expect(clock.pending).toBe(0);
  });
  const remote = (): { host: string; port: number; codec: 'PCMU' } => ({
    host: '127.0.0.1',
    port: peer.address().port,
    codec: 'PCMU',
  });

  const sendAll = async (datagrams: readonly Uint8Array[]): Promise<void> => {
    for (const data of datagrams) {
      await new Promise<void>((resolve) => peer.send(data, session.localPort, '127.0.0.1', () => resolve()));
    }
  };

  test('opens the path with a burst of silence, 20 ms apart, in one stream', async () => {
    session.setRemote(remote());
    session.start();
    const first = await nextPacket(peer);
    expect(first.marker).toBe(true);
    for (let n = 1; n < 5; n++) {
      const next = await nextPacket(peer);
      expect(next).toMatchObject({ marker: false, ssrc: first.ssrc, sequence: (first.sequence + n) & 0xffff });
      expect(next.payload).toEqual(new Uint8Array(160).fill(0xff));
    }
  });

  test('delivers what comes after the start, also from another address than announced', async () => {
    const elsewhere = await bind();
    const frames: number[] = [];
    session.setRemote({ ...remote(), host: 'media.invalid' });
    const enough = new Promise<void>((resolve) => {
      session.start({
        onFrame: (samples) => {
          if (samples[0] !== 0 && frames.push(at(samples, 0)) === 2) resolve();
        },
      });
    });
    const back = nextPacket(elsewhere);
    for (const sequence of [1, 2]) elsewhere.send(writeRtp(packet(sequence)), session.localPort, '127.0.0.1');
    await enough;
    expect(frames).toEqual([U_LAW[0x81], U_LAW[0x82]]);
    // Symmetric RTP: our packets go where the audio comes from.
    expect(await back).toBeDefined();
    elsewhere.close();
  });

  test('does not let a second source speak into the call', async () => {
    const intruder = await bind();
    const heard: number[] = [];
    session.setRemote(remote());
    const both = new Promise<void>((resolve) => {
      session.start({
        onFrame: (samples) => {
          if (samples[0] !== 0 && heard.push(at(samples, 0)) === 2) resolve();
        },
      });
    });
    const send = (socket: Socket, next: RtpPacket): Promise<void> =>
      new Promise((resolve) => socket.send(writeRtp(next), session.localPort, '127.0.0.1', () => resolve()));
    await send(peer, packet(1));
    await send(intruder, packet(9, 0x9f, { ssrc: 7 }));
    await send(peer, packet(2));
    await both;
    expect(heard).toEqual([U_LAW[0x81], U_LAW[0x82]]);
    intruder.close();
  });

  test('listens to where the SDP says, whoever spoke before, and speaks there', async () => {
    const early = await bind();
    const heard: number[] = [];
    session.setRemote(remote());
    const answered = new Promise<void>((resolve) => {
      session.start({
        onFrame: (samples) => {
          if (samples[0] !== 0 && heard.push(at(samples, 0)) && heard.includes(at(U_LAW, 0x84))) resolve();
        },
      });
    });
    const send = (socket: Socket, next: RtpPacket): Promise<void> =>
      new Promise((resolve) => socket.send(writeRtp(next), session.localPort, '127.0.0.1', () => resolve()));
    await send(early, packet(1, 0x90, { ssrc: 7 }));
    await send(early, packet(2, 0x91, { ssrc: 7 }));
    for (const sequence of [2, 3, 4]) {
      await send(peer, packet(sequence));
      await send(early, packet(sequence + 1, 0x90 + sequence, { ssrc: 7 }));
    }
    await answered;
    expect(heard.filter((sample) => sample === U_LAW[0x83] || sample === U_LAW[0x84])).toHaveLength(2);
    expect(heard).not.toContain(U_LAW[0x94]);
    let toEarly = 0;
    early.on('message', () => toEarly++);
    session.play({ next: (frame) => frame.fill(20_000).length > 0 });
    await nextPacket(peer);
    expect(toEarly).toBe(0);
    early.close();
  });

  test('does not listen to port 0, where nothing can be sent to', async () => {
    const socket = await bind();
    const own = new RtpSession(socket, clock, new SilentLog(), new FrameTicker(clock, new SilentLog()));
    own.setRemote(remote());
    own.start();
    socket.emit('message', Buffer.from(writeRtp(packet(1))), { address: '127.0.0.1', port: 0 });
    expect(own.heardAtMs).toBeNull();
    for (let n = 0; n < 3; n++) await nextPacket(peer);
    own.close();
  });

  test('sends to no port that is none, but to who is heard', async () => {
    session.setRemote({ ...remote(), port: 70_000 });
    session.start();
    const back = nextPacket(peer);
    await sendAll([writeRtp(packet(1))]);
    expect(await back).toBeDefined();
  });

  test('delivers nothing of what came before the answer', async () => {
    session.setRemote(remote());
    await sendAll([packet(1), packet(2)].map(writeRtp));
    // Some rounds of the event loop: the socket has read what was sent.
    for (let round = 0; round < 10; round++) await new Promise((resolve) => setImmediate(resolve));
    const first = new Promise<number>((resolve) => {
      session.start({ onFrame: (samples) => (samples[0] === 0 ? undefined : resolve(at(samples, 0))) });
    });
    await sendAll([packet(3)].map(writeRtp));
    expect(await first).toBe(U_LAW[0x83]);
  });

  test('goes on over garbage and what is no audio', async () => {
    session.setRemote(remote());
    const frames = new Promise<number[]>((resolve) => {
      const heard: number[] = [];
      session.start({
        onFrame: (samples) => {
          if (heard.push(at(samples, 0)) === 10) resolve([...heard]);
        },
      });
    });
    const garbage = Array.from({ length: 30 }, (_, n) =>
      Uint8Array.from({ length: 200 }, (_byte, i) => (i * 7 + n * 13) & 0xff),
    );
    const events = [101, 18].map((payloadType, n) => writeRtp(packet(n, 0x90, { payloadType })));
    await sendAll([...garbage, new Uint8Array(0), ...events]);
    expect(await frames).toEqual(new Array(10).fill(0));
  });

  test('delivers silence by the clock while nothing comes', async () => {
    session.setRemote(remote());
    const frames = await new Promise<number>((resolve) => {
      let count = 0;
      const startedAt = performance.now();
      session.start({
        onFrame: (samples) => {
          expect(samples.every((value) => value === 0)).toBe(true);
          if (++count === 20) resolve(performance.now() - startedAt);
        },
      });
    });
    expect(frames).toBeGreaterThan(380);
  });
});

describe('the RTP ports', () => {
  test('are the even ones of the range, each once, and given back', async () => {
    const probe = createSocket('udp4').bind(0, '127.0.0.1');
    await once(probe, 'listening');
    const first = (probe.address().port & ~1) - 8;
    probe.close();
    const ports = new RtpPorts('127.0.0.1', { first, last: first + 3 });
    const one = await ports.bind();
    const two = await ports.bind();
    expect([one.address().port, two.address().port].sort()).toEqual([first, first + 2].sort());
    await expect(ports.bind()).rejects.toThrow('No RTP port is free');
    one.close();
    await once(one, 'close');
    const again = await ports.bind();
    again.close();
    two.close();
  });

  test('refuse an empty range', () => {
    expect(() => new RtpPorts('127.0.0.1', { first: 20_001, last: 20_001 })).toThrow('empty or out of bounds');
  });
});
