import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { SoundBank } from '../../src/lab/audio.js';
import { encodeG711 } from '../../src/lab/g711.js';
import { isLoopback, LoopbackSocket } from '../../src/lab/loopback-only.js';
import { Codec } from '../../src/lab/session-description.js';
import { offer } from '../support/scripted-caller.js';
import { eventually, labAndCaller } from './lab-fixture.js';

const PERSON = '+5541991234500';

describe('RTP', () => {
  test.each([
    ['0 8', 0],
    ['8 0', 8],
  ])('comes in the first codec of the offer (%s), 20 ms a packet, numbered without gaps', async (types, type) => {
    const { caller } = await labAndCaller();
    const call = caller.invite(PERSON, { sdp: offer(caller.rtpPort, types) });
    const ok = await call.answered();
    await caller.until('25 packets', () => caller.rtp[24]);
    expect(ok.body).toContain(`m=audio ${caller.rtp[0]?.port} RTP/AVP ${type}\r\n`);

    const packets = caller.rtp.slice(0, 25).map(({ data }) => data);
    const [first] = packets;
    if (!first) throw new Error('No packet.');
    expect(first[1]).toBe(0x80 | type);
    packets.forEach((packet, index) => {
      expect(packet).toHaveLength(172);
      expect(packet[0]).toBe(0x80);
      expect((packet[1] ?? 0) & 0x7f).toBe(type);
      expect(packet.readUInt16BE(2)).toBe((first.readUInt16BE(2) + index) & 0xffff);
      // A machine that stalls leaves frames out, which only the time shows.
      const frames = ((packet.readUInt32BE(4) - first.readUInt32BE(4)) >>> 0) / 160;
      expect(Number.isInteger(frames) && frames >= index).toBe(true);
      expect(packet.readUInt32BE(8)).toBe(first.readUInt32BE(8));
    });
  });

  test('is held by re-INVITE and comes again', async () => {
    const { caller } = await labAndCaller();
    const call = caller.invite(PERSON);
    await call.answered();
    await caller.until('RTP', () => caller.rtp[2]);
    const held = await call.reinvite(`${offer(caller.rtpPort)}a=sendonly\r\n`);
    expect(held.body).toContain('a=recvonly');
    const { length } = caller.rtp;
    expect((await call.request('OPTIONS')).status).toBe(200);
    expect(caller.rtp.length).toBeLessThanOrEqual(length + 1);
    await call.reinvite(offer(caller.rtpPort));
    await caller.until('RTP again', () => caller.rtp[length + 3]);
  });

  test('goes to the address in the ACK if the INVITE had no offer', async () => {
    const { caller } = await labAndCaller();
    const call = caller.invite(PERSON, { sdp: '' });
    const ok = await call.answered(offer(caller.rtpPort, '8'));
    expect(ok.body).toContain('RTP/AVP 0 8 101');
    expect((await caller.until('RTP', () => caller.rtp[0])).data[1]).toBe(0x88);
  });

  test('early media: some calls ring with a tone, and the numbering goes on after the answer', async () => {
    const { caller } = await labAndCaller({ scripted: false, mix: { PERSON: 1 }, pace: 10 });
    for (let n = 0; n < 30; n++) {
      const call = caller.invite(`5541${900000000 + n}`);
      const ringing = await caller.waitFor('18x', (m) => m.callId === call.callId && m.status >= 180);
      if (ringing.status !== 183) {
        call.cancel();
        await call.final();
        call.ackRefusal();
        continue;
      }
      await call.answered();
      await caller.until('RTP', () => caller.rtp[30]);
      const numbers = caller.rtp.map(({ data }) => data.readUInt16BE(2));
      expect(numbers).toEqual(numbers.map((_, index) => ((numbers[0] ?? 0) + index) & 0xffff));
      return;
    }
    throw new Error('No call had early media.');
  });
});

describe('loopback only', () => {
  test.each(['127.0.0.1', '127.255.0.9', '::1'])('%s is loopback', (address) => {
    expect(isLoopback(address)).toBe(true);
  });

  test.each([
    '10.0.0.1',
    '192.0.2.1',
    '0.0.0.0',
    '128.0.0.1',
    '127.1',
    'localhost',
    '127.0.0.1.example',
    '::ffff:127.0.0.1',
    '',
  ])('%s is not', (address) => {
    expect(isLoopback(address)).toBe(false);
  });

  test('a socket refuses other destinations and impossible ports', async () => {
    const socket = await LoopbackSocket.open(0, () => undefined);
    for (const address of ['192.0.2.1', '8.8.8.8', 'example.com', '::1']) {
      expect(socket.send(Buffer.from('x'), { address, port: 9 })).toBe(false);
    }
    expect(socket.send(Buffer.from('x'), { address: '127.0.0.1', port: 0 })).toBe(false);
    expect(socket.send(Buffer.from('x'), { address: '127.0.0.1', port: 70_000 })).toBe(false);
    expect(socket.refused).toBe(6);
    await socket.close();
    expect(() => socket.send(Buffer.from('x'), { address: '127.0.0.1', port: 9 })).not.toThrow();
  });

  test('the operating system would not let the socket out either', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const error = await new Promise<Error | null>((resolve) => socket.send('x', 9, '192.0.2.1', resolve));
    socket.close();
    expect(error).not.toBeNull();
  });

  test('an offer that points elsewhere is answered, but no RTP goes there', async () => {
    const { lab, caller } = await labAndCaller();
    const call = caller.invite(PERSON, { sdp: offer(caller.rtpPort, '0', '192.0.2.1') });
    await call.answered();
    await eventually('packets are refused', () => lab.stats().refusedDestinations > 3);
    expect(lab.stats().rtp.sent).toBe(0);
  });

  test('a Contact or route that points elsewhere is not followed: requests go to where the INVITE came from', async () => {
    const { caller } = await labAndCaller({ patienceMs: 20 });
    const call = caller.invite(PERSON, {
      contactHost: '192.0.2.1',
      headers: ['Record-Route: <sip:198.51.100.7;lr>, <sip:198.51.100.8;lr>'],
    });
    expect((await call.answered()).text).toContain('Record-Route: <sip:198.51.100.7;lr>');
    const bye = await call.waitFor('BYE');
    expect(bye.text).toContain('BYE sip:dialer@192.0.2.1');
    expect(bye.text).toContain('Route: <sip:198.51.100.7;lr>\r\nRoute: <sip:198.51.100.8;lr>');
  });
});

describe('sounds', () => {
  /** Mean absolute level of the linear signal in windows of 20 ms. */
  const levels = (encoded: Uint8Array): number[] =>
    Array.from({ length: encoded.length / 160 }, (_, frame) => {
      const window = encoded.subarray(frame * 160, frame * 160 + 160);
      return window.reduce((sum, byte) => sum + Math.abs(muLawToLinear(byte)), 0) / 160;
    });

  test('are the same for the same seed and differ between variants', () => {
    const one = new SoundBank(1).get('voicemail', 3).encoded[Codec.PCMU];
    expect(new SoundBank(1).get('voicemail', 3).encoded[Codec.PCMU]).toEqual(one);
    expect(new SoundBank(1).get('voicemail', 4).encoded[Codec.PCMU]).not.toEqual(one);
    expect(new SoundBank(2).get('voicemail', 3).encoded[Codec.PCMU]).not.toEqual(one);
  });

  test('a person says something short, a voicemail speaks long and ends in a 1 kHz beep', () => {
    for (let variant = 0; variant < 12; variant++) {
      const bank = new SoundBank(5);
      const person = levels(bank.get('person', variant).encoded[Codec.PCMU]);
      const speechMs = person.filter((level) => level > 300).length * 20;
      expect(speechMs).toBeGreaterThanOrEqual(140);
      expect(speechMs).toBeLessThanOrEqual(1300);

      const voicemail = bank.get('voicemail', variant);
      const greeting = levels(voicemail.encoded[Codec.PCMU]);
      expect(greeting.filter((level) => level > 300).length * 20).toBeGreaterThan(2500);
      const beepEnd = voicemail.loopFrom - 320;
      const beep = Array.from(voicemail.encoded[Codec.PCMU].subarray(beepEnd - 160, beepEnd), muLawToLinear);
      expect(goertzel(beep, 1000)).toBeGreaterThan(20 * goertzel(beep, 1400));
      expect(greeting.at(-1)).toBe(0);
    }
  });

  test('G.711 comes back within its own quantisation', () => {
    const samples = Int16Array.from({ length: 2000 }, (_, n) => Math.round(32_000 * Math.sin(n / 7)));
    const decoded = Array.from(encodeG711(samples, Codec.PCMU), muLawToLinear);
    const decodedA = Array.from(encodeG711(samples, Codec.PCMA), aLawToLinear);
    samples.forEach((sample, n) => {
      expect(Math.abs((decoded[n] ?? 0) - sample)).toBeLessThanOrEqual(8 + Math.abs(sample) / 16);
      expect(Math.abs((decodedA[n] ?? 0) - sample)).toBeLessThanOrEqual(16 + Math.abs(sample) / 16);
    });
    expect([...encodeG711(Int16Array.of(0), Codec.PCMU), ...encodeG711(Int16Array.of(0), Codec.PCMA)]).toEqual([
      0xff, 0xd5,
    ]);
  });
});

function muLawToLinear(byte: number): number {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + 132) << ((code >> 4) & 7)) - 132;
  return code & 0x80 ? -magnitude : magnitude;
}

function aLawToLinear(byte: number): number {
  const code = byte ^ 0x55;
  const exponent = (code >> 4) & 7;
  const mantissa = ((code & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 256) << (exponent - 1);
  return code & 0x80 ? magnitude : -magnitude;
}

/** Power of one frequency, in Hz, in samples of 8 kHz. */
function goertzel(samples: readonly number[], frequency: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * frequency) / 8000);
  let one = 0;
  let two = 0;
  for (const sample of samples) [one, two] = [sample + turn * one - two, one];
  return one * one + two * two - turn * one * two;
}
