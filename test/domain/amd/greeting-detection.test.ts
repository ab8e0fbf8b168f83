import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AmdDecision, AnsweringMachineDetection } from '../../../src/engine/domain/amd/detection.js';
import { LATEST_DECISION_MS, SILENCE_ON_ANSWER_MS } from '../../../src/engine/domain/amd/deadline.js';
import { createDetection } from '../../../src/engine/domain/amd/greeting-detection.js';
import { settingsOf } from '../../../src/engine/domain/amd/settings.js';
import { AmdSensitivity } from '../../../src/engine/domain/campaign-state.js';
import { joined, mixed, noise, silence, sine, speech } from '../../support/made-audio.js';

const FRAME_SAMPLES = 160;
const SENSITIVITIES = Object.values(AmdSensitivity);

/** Feeds the samples from one buffer that is used again, as live calls do; answers all decisions. */
const listen = (detection: AnsweringMachineDetection, samples: Int16Array): AmdDecision[] => {
  const frame = new Int16Array(FRAME_SAMPLES);
  const decisions: AmdDecision[] = [];
  for (let start = 0; start + FRAME_SAMPLES <= samples.length; start += FRAME_SAMPLES) {
    frame.set(samples.subarray(start, start + FRAME_SAMPLES));
    const decision = detection.push(frame);
    if (decision) decisions.push(decision);
  }
  return decisions;
};

const decide = (sensitivity: AmdSensitivity, samples: Int16Array): AmdDecision => {
  const decisions = listen(createDetection(sensitivity), samples);
  expect(decisions).toHaveLength(1);
  return decisions[0] as AmdDecision;
};

/** A line's faint noise under what is said. */
const onALine = (...parts: Int16Array[]): Int16Array => {
  const said = joined(...parts);
  return mixed(said, noise(said.length / 8, 30));
};

const hello = onALine(silence(600), speech(400), silence(6_000));
const announcement = onALine(
  silence(500),
  speech(2_400, { seed: 2 }),
  silence(350),
  speech(2_000, { seed: 3 }),
  silence(400),
  speech(3_000, { seed: 4 }),
);

describe.each(SENSITIVITIES)('at sensitivity %s', (sensitivity) => {
  const { deadlineMs } = settingsOf[sensitivity];

  test('a short word and then silence is a person', () => {
    const decision = decide(sensitivity, hello);
    expect(decision).toMatchObject({ verdict: 'HUMAN', kind: 'HUMAN' });
    expect(decision.decisionMs).toBeGreaterThan(600);
    expect(decision.decisionMs).toBeLessThanOrEqual(700 + deadlineMs);
  });

  test('a word that begins just before the end of the silence is waited for', () => {
    const late = onALine(silence(2_420), speech(500), silence(4_000));
    expect(decide(sensitivity, late)).toMatchObject({ verdict: 'HUMAN', kind: 'HUMAN' });
  });

  test('a click just before the end of the silence is none', () => {
    const { kind, decisionMs } = decide(sensitivity, joined(silence(2_440), speech(40), silence(4_000)));
    expect(kind).toBe('SILENCE');
    expect(decisionMs).toBeLessThanOrEqual(SILENCE_ON_ANSWER_MS + 120);
  });

  test('a tone that still sounds at the deadline is a machine', () => {
    const samples = onALine(silence(200), speech(500, { seed: 5 }), silence(150), sine(7_000, 1_000, 8_000));
    const { verdict, reason, decisionMs } = decide(sensitivity, samples);
    expect([verdict, reason]).toEqual(['MACHINE', 'BEEP']);
    expect(decisionMs).toBeLessThanOrEqual(300 + deadlineMs);
  });

  test.each([
    ['digital silence', silence(4_000)],
    ['a line that hums faintly', noise(4_000, 20)],
    ['a DC offset', silence(4_000).fill(900)],
  ])('nothing but %s is a machine after two and a half seconds', (_, samples) => {
    expect(decide(sensitivity, samples)).toMatchObject({
      verdict: 'MACHINE',
      reason: 'SILENCE_ON_ANSWER',
      kind: 'SILENCE',
      decisionMs: SILENCE_ON_ANSWER_MS,
    });
  });

  test.each([
    ['clipped speech', mixed(speech(9_000, { amplitude: 90_000 }), silence(9_000))],
    ['loud noise', noise(9_000, 32_767)],
    ['a square wave of the extremes', Int16Array.from({ length: 72_000 }, (_, n) => (n % 2 ? 32_767 : -32_768))],
    ['the lowest value throughout', silence(9_000).fill(-32_768)],
    ['audio that starts three seconds late', joined(silence(3_000), speech(6_000))],
    ['speech with every fifth packet lost', speech(9_000).map((v, n) => (Math.floor(n / 160) % 5 === 0 ? 0 : v))],
    ['speech on a DC offset', mixed(speech(9_000), silence(9_000).fill(4_000))],
  ])('%s gets a decision in time', (_, samples) => {
    const { decisionMs, confidence, features } = decide(sensitivity, samples);
    expect(decisionMs).toBeLessThanOrEqual(LATEST_DECISION_MS);
    expect(confidence).toBeGreaterThanOrEqual(0);
    expect(confidence).toBeLessThanOrEqual(1);
    for (const value of Object.values(features)) expect(value).not.toBeNaN();
  });

  test('any samples at all get one decision, the same each time', () => {
    const burst = fc.record({
      amplitude: fc.nat(32_767),
      durationMs: fc.integer({ min: 20, max: 1_500 }),
      isSpeech: fc.boolean(),
      gapMs: fc.nat(1_500),
    });
    fc.assert(
      fc.property(fc.array(burst, { maxLength: 5 }), (bursts) => {
        const samples = joined(
          ...bursts.flatMap(({ amplitude, durationMs, isSpeech, gapMs }) => [
            isSpeech ? speech(durationMs, { amplitude }) : noise(durationMs, amplitude),
            silence(gapMs),
          ]),
          silence(9_000),
        );
        const first = decide(sensitivity, samples);
        // Other calls of the same process must not be heard in this one.
        listen(createDetection(sensitivity), announcement);
        expect(decide(sensitivity, samples)).toEqual(first);
      }),
      { numRuns: 8, seed: 5 },
    );
  });
});

test('an announcement that goes on and on is a machine at HIGH', () => {
  expect(decide('HIGH', announcement)).toMatchObject({ verdict: 'MACHINE', kind: 'MACHINE' });
});

test('the features of the greeting go with the decision', () => {
  const { features } = decide('MEDIUM', hello);
  expect(features.firstUtterance).toBeGreaterThan(0.25);
  expect(features.firstUtterance).toBeLessThan(0.6);
  expect(features.utterances).toBe(1);
});

test('a beep is a machine, and the beeps after the decision are told as well', () => {
  const samples = onALine(
    silence(700),
    speech(500),
    silence(400),
    sine(400, 1_000, 8_000),
    silence(3_000),
    sine(400, 1_000, 8_000),
    silence(1_000),
  );
  const detection = createDetection('HIGH');
  const decisions = listen(detection, samples);
  expect(decisions).toHaveLength(1);
  expect(detection.beeps).toHaveLength(2);
  for (const [index, onsetMs] of [1_600, 5_000].entries()) {
    const beep = detection.beeps[index];
    expect(Math.abs((beep?.onsetMs ?? 0) - onsetMs)).toBeLessThanOrEqual(60);
    expect(Math.abs((beep?.endMs ?? 0) - onsetMs - 400)).toBeLessThanOrEqual(60);
  }
});

test('it says when the far end speaks', () => {
  const detection = createDetection('HIGH');
  listen(detection, onALine(silence(500)));
  expect(detection.isSpeaking).toBe(false);
  listen(detection, onALine(speech(300)));
  expect(detection.isSpeaking).toBe(true);
  listen(detection, onALine(silence(500)));
  expect(detection.isSpeaking).toBe(false);
});
