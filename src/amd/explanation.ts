import { createDetection } from '../engine/domain/amd/greeting-detection.js';
import { FRAME_MS, FRAME_SAMPLES, SILENCE_DB } from '../engine/domain/amd/frame-analysis.js';
import { machineProbability } from '../engine/domain/amd/greeting-classifier.js';
import { GreetingHearing } from '../engine/domain/amd/greeting-hearing.js';
import type { GreetingSegment } from '../engine/domain/amd/greeting-timeline.js';
import type { ToneEvent } from '../engine/domain/amd/tone.js';
import type { AmdSensitivity } from '../engine/domain/campaign-state.js';
import { predict, type Prediction } from './prediction.js';

const WIDTH = 1_000;
const LEVEL_TOP = 40;
const LEVEL_BOTTOM = 240;
const MACHINE_TOP = 270;
const MACHINE_BOTTOM = 370;
const HEIGHT = 400;
const LEFT = 60;
const RIGHT = 20;

interface Trace {
  readonly levelsDb: readonly number[];
  readonly segments: readonly GreetingSegment[];
  readonly tones: readonly ToneEvent[];
  /** Every 100 ms from the first word on. */
  readonly machine: readonly { readonly atMs: number; readonly probability: number }[];
}

/** What the detector measures in the samples, without the policy that would end it. */
function trace(samples: Int16Array): Trace {
  const hearing = new GreetingHearing();
  const { timeline, features } = hearing;
  const levelsDb: number[] = [];
  const tones: ToneEvent[] = [];
  const machine: { atMs: number; probability: number }[] = [];
  for (let start = 0; start + FRAME_SAMPLES <= samples.length; start += FRAME_SAMPLES) {
    const { tone, voice } = hearing.push(samples.subarray(start, start + FRAME_SAMPLES));
    hearing.follow(voice);
    levelsDb.push(voice.measures.levelDb);
    if (tone) tones.push(tone);
    if (timeline.onsetMs >= 0 && timeline.nowMs % 100 === 0)
      machine.push({ atMs: timeline.nowMs, probability: machineProbability(features.vector) });
  }
  return { levelsDb, segments: timeline.segments, tones, machine };
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Draws the level, the segments, the tones, the probability of a machine and the decision as an SVG. */
export function explain(name: string, samples: Int16Array, sensitivity: AmdSensitivity): string {
  const { levelsDb, segments, tones, machine } = trace(samples);
  const prediction: Prediction = predict(createDetection(sensitivity), samples);
  const durationMs = Math.max(FRAME_MS, levelsDb.length * FRAME_MS);
  const x = (ms: number) => (LEFT + (ms / durationMs) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const levelY = (db: number) => (LEVEL_TOP + (db / SILENCE_DB) * (LEVEL_BOTTOM - LEVEL_TOP)).toFixed(1);
  const machineY = (probability: number) => (MACHINE_BOTTOM - probability * (MACHINE_BOTTOM - MACHINE_TOP)).toFixed(1);
  const width = (ms: number) => ((ms / durationMs) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const text = (atX: number | string, y: number, words: string, more = '') =>
    `<text x="${atX}" y="${y}"${more}>${escape(words)}</text>`;

  const seconds = Array.from({ length: Math.floor(durationMs / 1_000) + 1 }, (_, second) => second);
  const verdict = `${prediction.result} at ${prediction.decision_ms} ms (${prediction.cause}, ${prediction.confidence})`;
  const decisionX = x(prediction.decision_ms);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    text(LEFT, 20, `${name}, ${sensitivity}: ${verdict}`, ' font-size="15"'),
    ...segments.map(
      ({ startMs, endMs }) =>
        `<rect x="${x(startMs)}" y="${LEVEL_TOP}" width="${width(endMs - startMs)}" height="${LEVEL_BOTTOM - LEVEL_TOP}" fill="#cfe3fb"/>`,
    ),
    `<polyline fill="none" stroke="#1a5fb4" points="${levelsDb.map((db, n) => `${x((n + 0.5) * FRAME_MS)},${levelY(db)}`).join(' ')}"/>`,
    text(4, LEVEL_TOP + 10, '0 dBFS'),
    text(4, LEVEL_BOTTOM, `${SILENCE_DB}`),
    ...tones.flatMap(({ kind, onsetMs, frequencyHz }) => [
      `<line x1="${x(onsetMs)}" x2="${x(onsetMs)}" y1="${LEVEL_TOP}" y2="${LEVEL_BOTTOM}" stroke="#c64600"/>`,
      text(x(onsetMs), LEVEL_TOP - 4, `${kind} ${Math.round(frequencyHz)} Hz`, ' fill="#c64600"'),
    ]),
    `<polyline fill="none" stroke="#813d9c" points="${machine.map(({ atMs, probability }) => `${x(atMs)},${machineY(probability)}`).join(' ')}"/>`,
    text(4, MACHINE_TOP + 10, 'machine'),
    text(4, MACHINE_BOTTOM, 'human'),
    `<path d="M${LEFT} ${MACHINE_TOP}H${WIDTH - RIGHT}M${LEFT} ${MACHINE_BOTTOM}H${WIDTH - RIGHT}" stroke="#c0c0c0"/>`,
    `<line x1="${decisionX}" x2="${decisionX}" y1="${LEVEL_TOP}" y2="${MACHINE_BOTTOM}" stroke="#26a269" stroke-width="2"/>`,
    ...seconds.map((second) => text(x(second * 1_000), HEIGHT - 8, `${second} s`)),
    '</svg>',
  ].join('\n')}\n`;
}
