import { describe, expect, test } from '@jest/globals';
import type { AmdResultKind } from '../../src/engine/domain/amd/finding.js';
import { EngineBench, type FakeDetectorControl, FakeDetectors } from '../support/engine-bench.js';

interface Answered {
  readonly bench: EngineBench;
  readonly detector: FakeDetectorControl;
}

/** One answered call with detection; two leads, one agent, two ports. */
async function answered(voicemailMessageId: string | null = null, messageMs = 5_000): Promise<Answered> {
  const detectors = new FakeDetectors();
  const campaign = { amdEnabled: true, amdSensitivity: 'MEDIUM', ringTimeoutMs: 20_000, voicemailMessageId } as const;
  const bench = new EngineBench({ agents: 1, ports: 2, leads: 2, campaign, amd: detectors });
  bench.messages.set('message-1', new Int16Array(8 * messageMs));
  await bench.start();
  bench.telephony.last.answer();
  await bench.clock.advance(0);
  const [detector] = detectors.made;
  if (!detector) throw new Error('no detector');
  return { bench, detector };
}

/** The machine is recognised 3 s after the answer; then nothing is heard, unless told otherwise. */
async function recognised(
  messageMs?: number,
): Promise<Answered & { hear: (ms: number, isSpeaking: boolean) => Promise<void> }> {
  const both = await answered('message-1', messageMs);
  const { bench, detector } = both;
  let atMs = 3_000;
  detector.find({ verdict: 'MACHINE', kind: 'MACHINE', decisionMs: atMs });
  await bench.clock.advance(0);
  const hear = async (ms: number, isSpeaking: boolean): Promise<void> => {
    for (const untilMs = atMs + ms; atMs < untilMs; atMs += 20) {
      detector.hear({ atMs: atMs + 20, isSpeaking, beepEndMs: null });
      await bench.clock.advance(20);
    }
  };
  return { ...both, hear };
}

describe('detection', () => {
  test("gets the campaign's sensitivity and ring time-out", async () => {
    const { detector } = await answered();
    expect(detector.settings).toEqual({ sensitivity: 'MEDIUM', ringTimeoutMs: 20_000 });
  });

  test.each<[AmdResultKind, string]>([
    ['MACHINE', 'AMD machine'],
    ['FAX', 'AMD fax'],
    ['SILENCE', 'AMD silence-on-answer'],
    ['SIT', 'FAILED number-not-reachable'],
    ['BUSY', 'BUSY busy-tone'],
    ['RINGBACK', 'FAILED no-answer'],
  ])('hangs up on %s, which ends as %s, and keeps what it found', async (kind, result) => {
    const { bench, detector } = await answered();
    detector.find({ verdict: 'MACHINE', kind, features: { speechMs: 40 } });
    await bench.clock.advance(0);
    expect(bench.telephony.calls[0]).toMatchObject({ hungUp: true, played: [] });
    expect(bench.database.results()[0]).toBe(result);
    expect(bench.database.attempts()[0]?.ending?.amd).toMatchObject({ kind, features: { speechMs: 40 } });
    expect(bench.database.attempts()[0]?.ending?.messageLeft).toBeUndefined();
  });

  test('lets through whom it is not sure about', async () => {
    const { bench, detector } = await answered('message-1');
    detector.find({ verdict: 'HUMAN', kind: 'MACHINE' });
    await bench.clock.advance(100);
    expect(bench.telephony.calls[0]?.transferredTo).toBe('9000');
  });
});

describe('a message', () => {
  test('is left when the machine listens, and then the dialer hangs up', async () => {
    const { bench, hear } = await recognised();
    const [call] = bench.telephony.calls;
    await hear(4_000, true);
    expect(call?.played).toEqual([]);
    await hear(2_600, false);
    expect(call?.played).toEqual([{ ms: 5_000 }]);
    await hear(4_800, false);
    expect(call?.hungUp).toBe(false);
    await hear(1_000, false);
    expect(call).toMatchObject({ hungUp: true, played: [{ ms: 5_000, how: 'ended' }] });
    expect(bench.database.results()[0]).toBe('AMD machine');
    expect(bench.database.attempts()[0]?.ending).toMatchObject({ messageLeft: true, amd: { kind: 'MACHINE' } });
  });

  test.each(['FAX', 'SIT', 'BUSY', 'RINGBACK', 'SILENCE'] as const)('is not left on %s', async (kind) => {
    const { bench, detector } = await answered('message-1');
    detector.find({ verdict: 'MACHINE', kind });
    await bench.clock.advance(0);
    expect(detector.isListenedTo()).toBe(false);
    expect(bench.telephony.calls[0]?.hungUp).toBe(true);
  });

  test('needs its line but no agent: the next call leaves while it is left', async () => {
    const { bench } = await recognised();
    expect(bench.telephony.calls).toHaveLength(2);
    expect(bench.engine.status().ports.busy).toBe(2);
    expect(bench.engine.status().callsInFlight).toBe(2);
  });

  test('is begun again when the greeting went on after all', async () => {
    const { bench, hear } = await recognised();
    await hear(2_600, false);
    await hear(1_000, true);
    await hear(2_600, false);
    expect(bench.telephony.calls[0]?.played).toEqual([{ ms: 5_000, how: 'stopped' }, { ms: 5_000 }]);
    await hear(6_000, false);
    expect(bench.database.attempts()[0]?.ending?.messageLeft).toBe(true);
  });

  test('is begun again when the greeting went on just after the end of a short one, and is not left if that cannot be', async () => {
    const { bench, hear } = await recognised(400);
    const [call] = bench.telephony.calls;
    await hear(2_600, false);
    await hear(400, false);
    await hear(2_000, true);
    expect(call).toMatchObject({ hungUp: false, played: [{ ms: 400, how: 'ended' }] });
    await hear(24_900, true);
    expect(call?.hungUp).toBe(false);
    await hear(200, true);
    expect(call).toMatchObject({ hungUp: true, played: [{ ms: 400, how: 'ended' }] });
    expect(bench.database.attempts()[0]?.ending?.messageLeft).toBe(false);
  });

  test('is given up when the machine speaks for 30 s', async () => {
    const { bench, hear } = await recognised();
    await hear(29_900, true);
    expect(bench.telephony.calls[0]?.hungUp).toBe(false);
    await hear(200, true);
    expect(bench.telephony.calls[0]).toMatchObject({ hungUp: true, played: [] });
    expect(bench.database.results()[0]).toBe('AMD machine');
    expect(bench.database.attempts()[0]?.ending?.messageLeft).toBe(false);
  });

  test.each([
    ['before', 1_000],
    ['while', 4_000],
  ])('ends when the machine hangs up %s it is played', async (_when, ms) => {
    const { bench, hear } = await recognised();
    await hear(ms, false);
    bench.telephony.calls[0]?.end({ by: 'callee' });
    await bench.clock.advance(0);
    expect(bench.database.results()[0]).toBe('AMD machine');
    expect(bench.database.attempts()[0]?.ending?.messageLeft).toBe(false);
  });

  test('is cut off by a forced stop', async () => {
    const { bench, hear } = await recognised();
    await hear(4_000, false);
    const stopped = bench.engine.stop();
    await bench.clock.advance(2_000);
    await stopped;
    expect(bench.telephony.calls[0]).toMatchObject({ hungUp: true, played: [{ how: 'stopped' }] });
    expect(bench.database.attempts()[0]?.ending?.messageLeft).toBe(false);
  });

  test('that has been deleted is not waited for', async () => {
    const { bench, detector } = await answered('message-2');
    detector.find({ verdict: 'MACHINE', kind: 'MACHINE' });
    await bench.clock.advance(0);
    expect(bench.telephony.calls[0]?.hungUp).toBe(true);
    expect(bench.database.attempts()[0]?.ending?.messageLeft).toBe(false);
  });
});

describe('a recording', () => {
  test('is kept after the end of the attempt', async () => {
    const { bench, detector } = await answered();
    detector.recording = Uint8Array.of(1, 2, 3);
    detector.find({ verdict: 'MACHINE' });
    await bench.clock.advance(0);
    expect([...bench.recordings.saved]).toEqual([['attempt-1', Uint8Array.of(1, 2, 3)]]);
  });

  test('that cannot be kept harms nothing', async () => {
    const { bench, detector } = await answered();
    bench.recordings.isDown = true;
    detector.recording = Uint8Array.of(1, 2, 3);
    detector.find({ verdict: 'HUMAN' });
    await bench.clock.advance(100);
    expect(bench.database.results()[0]).toBe('SUCCESS transferred');
    expect(bench.telephony.open()).toEqual([]);
  });
});
