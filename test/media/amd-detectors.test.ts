import { describe, expect, test } from '@jest/globals';
import type { AmdDetector } from '../../src/engine/contracts/amd-detector.js';
import type { AnsweringMachineDetection, BeepHeard } from '../../src/engine/domain/amd/detection.js';
import type { AmdDecision, AmdFinding, AmdResultKind } from '../../src/engine/domain/amd/finding.js';
import type { Heard } from '../../src/engine/domain/amd/message-moment.js';
import { createAmdDetectors } from '../../src/engine/media/amd-detectors.js';
import { FakeClock } from '../support/fake-clock.js';
import { SilentLog } from '../support/silent-log.js';

const decision = (kind: AmdResultKind, decisionMs: number): AmdDecision => ({
  verdict: kind === 'HUMAN' ? 'HUMAN' : 'MACHINE',
  reason: 'GREETING_LENGTH',
  kind,
  decisionMs,
  confidence: 0.9,
  features: { speechMs: 100 },
});

/** Decides after a number of frames; a beep is where the script has one. */
class ScriptedDetection implements AnsweringMachineDetection {
  pushed = 0;
  isSpeaking = false;
  beeps: readonly BeepHeard[] = [];

  constructor(
    private readonly afterFrames: number,
    private readonly kind: AmdResultKind | 'FAULT',
  ) {}

  push(): AmdDecision | null {
    if (++this.pushed !== this.afterFrames) return null;
    if (this.kind === 'FAULT') throw new Error('division by nought');
    return decision(this.kind, 20 * this.pushed);
  }
}

interface Bench {
  readonly clock: FakeClock;
  readonly log: SilentLog;
  readonly detector: AmdDetector;
  readonly made: readonly ScriptedDetection[];
  readonly found: () => AmdFinding | undefined;
  readonly push: (frames: number, hasArrived?: boolean) => Promise<void>;
}

/** One call; each detection follows the next script, the last one all that come after. */
function bench(scripts: readonly (readonly [number, AmdResultKind | 'FAULT'])[], recordingSeconds = 0): Bench {
  const clock = new FakeClock(new Date('2026-03-02T09:00:00Z'));
  const log = new SilentLog();
  const made: ScriptedDetection[] = [];
  const createDetection = (): ScriptedDetection => {
    const [frames, kind] = scripts[Math.min(made.length, scripts.length - 1)] ?? [0, 'HUMAN'];
    const detection = new ScriptedDetection(frames, kind);
    made.push(detection);
    return detection;
  };
  const detectors = createAmdDetectors({ clock, log, createDetection, recordingSeconds });
  const detector = detectors.create({ sensitivity: 'LOW', ringTimeoutMs: 20_000 });
  let finding: AmdFinding | undefined;
  void detector.finding.then((found) => (finding = found));
  detector.answered();
  const frame = new Int16Array(160).fill(1_000);
  const push = async (frames: number, hasArrived = true): Promise<void> => {
    for (let sent = 0; sent < frames; sent++) {
      await clock.advance(20);
      detector.onFrame(frame, hasArrived);
    }
    await clock.advance(0);
  };
  return { clock, log, detector, made, found: () => finding, push };
}

describe('a detector of a call', () => {
  test('tells what the detection decided, and when', async () => {
    const { push, found, clock } = bench([[30, 'MACHINE']]);
    await push(29);
    expect(found()).toBeUndefined();
    await push(1);
    expect(found()).toEqual({
      ...decision('MACHINE', 600),
      features: { speechMs: 100, heardFrames: 30 },
      at: new Date('2026-03-02T09:00:00.600Z'),
    });
    expect(clock.timerCount()).toBe(0);
  });

  test('takes the call for a person by the clock when no frame comes', async () => {
    const { clock, found } = bench([[30, 'MACHINE']]);
    await clock.advance(6_499);
    expect(found()).toBeUndefined();
    await clock.advance(1);
    expect(found()).toMatchObject({ verdict: 'HUMAN', kind: 'HUMAN', reason: 'DEADLINE', confidence: 0 });
  });

  test('takes the call for a person by the clock when the detection never decides', async () => {
    const { push, found } = bench([[1_000, 'MACHINE']]);
    await push(324);
    expect(found()).toBeUndefined();
    await push(1);
    expect(found()).toMatchObject({ verdict: 'HUMAN', reason: 'DEADLINE' });
  });

  test('waits for a detection that takes all its time', async () => {
    const { push, found } = bench([[300, 'HUMAN']]);
    await push(300);
    expect(found()).toMatchObject({ verdict: 'HUMAN', reason: 'GREETING_LENGTH', decisionMs: 6_000 });
  });

  test('takes the call for a person when the detection fails, and says so in the log', async () => {
    const { push, found, log } = bench([[10, 'FAULT']]);
    await push(12);
    expect(found()).toMatchObject({ verdict: 'HUMAN', reason: 'DEADLINE', decisionMs: 200 });
    expect(log.lines).toEqual([expect.stringContaining('error answering machine detection failed')]);
  });

  test('does not listen to a person any more', async () => {
    const { push, made } = bench([[10, 'HUMAN']]);
    await push(50);
    expect(made[0]?.pushed).toBe(10);
  });

  test('says nothing after the end of the call, and leaves no timer', async () => {
    const { detector, push, found, clock } = bench([[10, 'HUMAN']]);
    detector.dispose();
    await push(20);
    await clock.advance(60_000);
    expect(found()).toBeUndefined();
    expect(clock.timerCount()).toBe(0);
  });
});

describe('a telephone that rings on after the answer', () => {
  test('is waited for until somebody is there', async () => {
    const { push, found, made } = bench([
      [100, 'RINGBACK'],
      [125, 'SILENCE'],
      [50, 'RINGBACK'],
      [60, 'HUMAN'],
    ]);
    await push(334);
    expect(found()).toBeUndefined();
    expect(made).toHaveLength(4);
    await push(1);
    expect(found()).toMatchObject({ verdict: 'HUMAN', decisionMs: 335 * 20 });
  });

  test('is given up after the ring time-out', async () => {
    const { push, found } = bench([
      [100, 'RINGBACK'],
      [125, 'SILENCE'],
    ]);
    await push(974);
    expect(found()).toBeUndefined();
    await push(126);
    expect(found()).toMatchObject({ verdict: 'MACHINE', kind: 'RINGBACK', reason: 'RINGBACK_TONE' });
  });

  test('is a person by the clock when the frames end', async () => {
    const { push, clock, found } = bench([[100, 'RINGBACK']]);
    await push(100);
    await clock.advance(24_499);
    expect(found()).toBeUndefined();
    await clock.advance(1);
    expect(found()).toMatchObject({ verdict: 'HUMAN', reason: 'DEADLINE' });
  });

  test('is silence only if it never rang', async () => {
    const { push, found } = bench([[125, 'SILENCE']]);
    await push(125);
    expect(found()).toMatchObject({ kind: 'SILENCE', decisionMs: 2_500 });
  });
});

describe('what is heard of a machine', () => {
  test('is told frame by frame after the verdict, in time since the answer', async () => {
    const { push, detector, made } = bench([
      [100, 'RINGBACK'],
      [50, 'MACHINE'],
    ]);
    await push(150);
    const heard: Heard[] = [];
    detector.listen((moment) => heard.push(moment));
    const [, second] = made;
    if (!second) throw new Error('only one detection');
    second.isSpeaking = true;
    second.beeps = [{ onsetMs: 400, endMs: 900 }];
    await push(2);
    detector.listen(null);
    await push(2);
    expect(heard).toEqual([
      { atMs: 3_020, isSpeaking: true, beepEndMs: 2_900 },
      { atMs: 3_040, isSpeaking: true, beepEndMs: 2_900 },
    ]);
  });

  test('ends without a second verdict when the detection fails', async () => {
    const { push, detector, found, made } = bench([[10, 'MACHINE']]);
    await push(10);
    const [first] = made;
    if (!first) throw new Error('no detection');
    first.push = () => {
      throw new Error('division by nought');
    };
    let told = 0;
    detector.listen(() => told++);
    await push(5);
    expect(told).toBe(0);
    expect(found()).toMatchObject({ kind: 'MACHINE' });
  });
});

describe('the audio that arrived', () => {
  test('is kept as a number with the verdict', async () => {
    const { push, found, log } = bench([[100, 'SILENCE']]);
    await push(60, false);
    await push(40);
    expect(found()?.features).toEqual({ speechMs: 100, heardFrames: 40 });
    expect(log.lines).toEqual([]);
  });

  test('is missed in the log if there was none at all', async () => {
    const { push, found, log } = bench([[125, 'SILENCE']]);
    await push(125, false);
    expect(found()).toMatchObject({ verdict: 'MACHINE', kind: 'SILENCE', features: { heardFrames: 0 } });
    expect(log.lines).toEqual([expect.stringContaining('warn no audio arrived on an answered call')]);
  });
});

describe('a recording of a call', () => {
  test('has its first seconds in µ-law, and no more', async () => {
    const { push, detector } = bench([[200, 'MACHINE']], 1);
    await push(10);
    expect(detector.recording).toEqual(new Uint8Array(1_600).fill(0xce));
    await push(60);
    expect(detector.recording).toHaveLength(8_000);
  });

  test('has nothing of a person after the verdict', async () => {
    const { push, detector } = bench([[10, 'HUMAN']], 1);
    await push(40);
    expect(detector.recording).toHaveLength(1_600);
  });

  test('is not made unless it is wanted', async () => {
    const { push, detector } = bench([[10, 'HUMAN']]);
    await push(40);
    expect(detector.recording).toBeNull();
  });
});
