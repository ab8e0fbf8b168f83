import { describe, expect, test } from '@jest/globals';
import { LATEST_DECISION_MS } from '../../src/engine/domain/amd/deadline.js';
import type { AmdFinding } from '../../src/engine/domain/amd/finding.js';
import { createDetection } from '../../src/engine/domain/amd/greeting-detection.js';
import type { AmdSensitivity } from '../../src/engine/domain/campaign-state.js';
import { createAmdDetectors } from '../../src/engine/media/amd-detectors.js';
import { encodeG711 } from '../../src/engine/media/g711.js';
import { writeRtp } from '../../src/engine/media/rtp-packet.js';
import { seededRandom } from '../../src/lab/seeded-random.js';
import { AudioCall, type Datagram, onTime, packetOf } from '../support/audio-call.js';
import { SilentLog } from '../support/silent-log.js';

/** 8 s, longer than any deadline. */
const FRAMES = 400;

/** Syllables of a voice of 140 Hz, with a pause now and then. */
const voice = (at: number): number => {
  const seconds = at / 8_000;
  if (seconds % 2.2 > 1.6) return 0;
  const syllable = Math.max(0, Math.sin(2 * Math.PI * 4 * seconds));
  return 9_000 * syllable * (Math.sin(2 * Math.PI * 140 * seconds) + 0.5 * Math.sin(2 * Math.PI * 700 * seconds));
};

/** Packets on time of audio that a function gives sample by sample. */
const spoken = (sample: (at: number) => number, fromMs = 20): Datagram[] =>
  onTime(
    Array.from({ length: FRAMES }, (_, index) => {
      const samples = Int16Array.from({ length: 160 }, (_unused, at) =>
        Math.max(-32_768, Math.min(32_767, sample(160 * index + at))),
      );
      const payload = new Uint8Array(160);
      encodeG711(samples, payload, 'PCMU');
      return packetOf(index, 0, { payload });
    }),
    fromMs,
  );

const VOICE = spoken(voice);
const chance = seededRandom('hostile');
const random = (): number => chance.next();
const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => random() * 256);

const AUDIO: Readonly<Record<string, () => Datagram[]>> = {
  'silence only': () => spoken(() => 0),
  'no RTP at all': () => [],
  'a fifth of the packets lost': () => VOICE.filter(() => random() > 0.2),
  'reordered packets': () => VOICE.map(({ atMs, data }) => ({ atMs: atMs + random() * 80, data })),
  'a payload type that was not offered': () =>
    VOICE.map(({ atMs, data }) => ({ atMs, data: Uint8Array.from(data, (byte, at) => (at === 1 ? 18 : byte)) })),
  'garbage of 200 bytes': () => VOICE.map(({ atMs }) => ({ atMs, data: noise(200) })),
  'garbage that looks like RTP': () =>
    VOICE.map(({ atMs }) => ({ atMs, data: Uint8Array.of(0x80, random() > 0.5 ? 0 : 8, ...noise(198)) })),
  'a voice between garbage': () => [...VOICE, ...VOICE.map(({ atMs }) => ({ atMs, data: noise(200) }))],
  'RTP that starts 3 s late': () => spoken(voice, 3_000),
  'clipped audio': () => spoken((at) => 40 * voice(at)),
  'a DC offset': () => spoken((at) => voice(at) / 4 + 12_000),
  'nothing but a DC offset': () => spoken(() => 12_000),
  'full scale noise': () => spoken(() => (random() - 0.5) * 65_535),
  'a source that changes all the time': () =>
    VOICE.map(({ atMs }, n) => ({ atMs, data: writeRtp(packetOf(n, n & 0xff, { ssrc: n })) })),
  'timestamps that stand still': () =>
    VOICE.map(({ atMs }, n) => ({ atMs, data: writeRtp(packetOf(n, n & 0xff, { timestamp: 5 })) })),
  'packets of one sample': () =>
    VOICE.map(({ atMs }, n) => ({ atMs, data: writeRtp(packetOf(n, 0, { payload: Uint8Array.of(n & 0xff) })) })),
  'loud comfort noise alone': () =>
    VOICE.map(({ atMs }, n) => ({
      atMs,
      data: writeRtp(packetOf(n, 0, { payloadType: 13, payload: Uint8Array.of(0) })),
    })),
};

describe('detection on hostile audio', () => {
  const cases = Object.keys(AUDIO).flatMap((name) =>
    (['LOW', 'MEDIUM', 'HIGH'] as const).map((sensitivity): [string, AmdSensitivity] => [name, sensitivity]),
  );

  test.each(cases)('has a verdict in time: %s, %s', async (name, sensitivity) => {
    const call = new AudioCall();
    const log = new SilentLog();
    const detectors = createAmdDetectors({ clock: call.clock, log, createDetection, recordingSeconds: 0 });
    const detector = detectors.create({ sensitivity, ringTimeoutMs: 8_000 });
    let finding: AmdFinding | null = null;
    void detector.finding.then((found) => (finding = found));
    detector.answered();
    // The frames are 60 ms behind.
    await call.hear(detector, AUDIO[name]?.() ?? [], LATEST_DECISION_MS + 80);
    expect(finding).toMatchObject({ at: expect.any(Date) as unknown });
    expect(log.lines.filter((line) => !line.includes('no audio arrived'))).toEqual([]);
    detector.dispose();
  });
});
