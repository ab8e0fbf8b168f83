import { FEATURE } from './feature-names.js';
import { FRAME_MS } from './frame-analysis.js';
import { RunningMean } from './running-mean.js';
import { tilt } from './speech-sound.js';
import type { VoiceFrame } from './voice-activity.js';

/** The quietest frame of the last second of a greeting shows the background that it was recorded with. */
const LOWEST_FRAMES = 1_000 / FRAME_MS;
/** Stands for a background that there is too little of to say. */
const LOWEST_DB = -75;
const LEAST_FRAMES = 3;
const STEP_KEPT = 0.98;

/** What is behind the voice: the line before the first word, and the gaps after it, which differ where a recording starts. */
export class BackgroundSound {
  readonly #before = new RunningMean();
  readonly #gaps = new RunningMean();
  readonly #flatness = new RunningMean();
  readonly #tilt = new RunningMean();
  readonly #zerosBefore = new RunningMean();
  readonly #zerosGaps = new RunningMean();
  readonly #levels = new Float64Array(LOWEST_FRAMES);
  #frames = 0;
  #floorDb = LOWEST_DB;
  #lately = Number.NaN;
  #step = 0;

  /** Every frame, whatever is in it. */
  push({ measures, floorDb }: VoiceFrame): void {
    this.#levels[this.#frames++ % LOWEST_FRAMES] = Math.max(LOWEST_DB, measures.levelDb);
    this.#floorDb = floorDb;
  }

  pushBefore({ measures }: VoiceFrame): void {
    this.#zerosBefore.add(measures.zeroShare);
    if (measures.zeroShare === 1) return;
    this.#take(measures, this.#before);
    if (Number.isNaN(this.#lately)) this.#lately = measures.levelDb;
    const step = measures.levelDb - this.#lately;
    this.#lately += 0.2 * step;
    this.#step = Math.max(this.#step * STEP_KEPT, step);
  }

  pushGap({ measures }: VoiceFrame): void {
    this.#zerosGaps.add(measures.zeroShare);
    if (measures.zeroShare < 1) this.#take(measures, this.#gaps);
  }

  #take({ levelDb, flatnessDb, bandDb }: VoiceFrame['measures'], level: RunningMean): void {
    level.add(levelDb);
    this.#flatness.add(flatnessDb);
    this.#tilt.add(tilt(bandDb));
  }

  /** Writes its features into the vector; speech has the level of `speechDb`. */
  write(vector: Float64Array, speechDb: number): void {
    const before = this.#before;
    const gaps = this.#gaps;
    const hasBefore = before.count >= LEAST_FRAMES;
    const hasGaps = gaps.count >= LEAST_FRAMES;
    const heard = gaps.count > 0 ? gaps : before;
    const background = heard.count > 0 ? heard.mean : LOWEST_DB;
    let lowest = 0;
    for (let n = 0; n < LOWEST_FRAMES; n++) lowest = Math.min(lowest, this.#levels[n]!);
    vector[FEATURE.backgroundBefore] = hasBefore ? before.mean : LOWEST_DB;
    vector[FEATURE.backgroundGaps] = hasGaps ? gaps.mean : LOWEST_DB;
    vector[FEATURE.backgroundRise] = hasBefore && hasGaps ? gaps.mean - before.mean : 0;
    vector[FEATURE.backgroundSpread] = hasGaps ? gaps.spread : before.spread;
    vector[FEATURE.snr] = speechDb - background;
    vector[FEATURE.lowestLately] = lowest - speechDb;
    vector[FEATURE.lowestRise] = hasBefore ? lowest - before.mean : 0;
    vector[FEATURE.backgroundStep] = this.#step;
    vector[FEATURE.floorRise] = hasBefore ? this.#floorDb - before.mean : 0;
    vector[FEATURE.flatnessBackground] = this.#flatness.mean;
    vector[FEATURE.zerosBefore] = this.#zerosBefore.mean;
    vector[FEATURE.zerosGaps] = this.#zerosGaps.mean;
    vector[FEATURE.tiltBackground] = this.#tilt.mean;
  }
}
