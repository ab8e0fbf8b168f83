import { FEATURE } from './feature-names.js';
import { BANDS } from './frame-analysis.js';
import { RunningMean } from './running-mean.js';
import type { VoiceFrame } from './voice-activity.js';

/** A syllable is a peak of the smoothed level with dips of this depth around it. */
const SHALLOW_DIP_DB = 2;
const DEEP_DIP_DB = 5;
/** Shorter than a pause between words, longer than a stop consonant. */
const PAUSE_FRAMES = 4;
const PAUSE_BELOW_MEAN_DB = 12;
const VOICED_ABOVE = 0.6;

/** Counts the peaks of a level that rise and fall by at least `dipDb`. */
class PeakCounter {
  count = 0;
  #extreme = -96;
  #isRising = false;
  readonly #dipDb: number;

  constructor(dipDb: number) {
    this.#dipDb = dipDb;
  }

  push(levelDb: number, isCounted: boolean): void {
    const isFurther = this.#isRising ? levelDb > this.#extreme : levelDb < this.#extreme;
    if (isFurther) this.#extreme = levelDb;
    else if (Math.abs(levelDb - this.#extreme) > this.#dipDb) {
      if (this.#isRising && isCounted) this.count++;
      this.#isRising = !this.#isRising;
      this.#extreme = levelDb;
    }
  }
}

/** How fast and how sharply somebody speaks: a room smears what a recording studio keeps apart. */
export class SpeechRhythm {
  readonly #shallow = new PeakCounter(SHALLOW_DIP_DB);
  readonly #deep = new PeakCounter(DEEP_DIP_DB);
  readonly #flux = new RunningMean();
  readonly #rises = new RunningMean();
  readonly #falls = new RunningMean();
  readonly #voicedRuns = new RunningMean();
  readonly #unvoicedRuns = new RunningMean();
  #steepestFallDb = 0;
  #pauses = 0;
  #longestPauseFrames = 0;
  readonly #previousBands = new Float64Array(BANDS);
  readonly #level = new RunningMean();
  #previousLevel = -96;
  #smooth = -96;
  #run = 0;
  #isVoicedRun = false;
  #pause = 0;

  push({ measures, isVoiced }: VoiceFrame, isNearSpeech: boolean): void {
    const { levelDb, bandDb } = measures;
    this.#smooth += 0.6 * (levelDb - this.#smooth);
    this.#shallow.push(this.#smooth, isNearSpeech);
    this.#deep.push(this.#smooth, isNearSpeech);
    let flux = 0;
    for (let band = 0; band < BANDS; band++) {
      flux += Math.abs(bandDb[band]! - this.#previousBands[band]!);
      this.#previousBands[band] = bandDb[band]!;
    }
    const change = levelDb - this.#previousLevel;
    this.#previousLevel = levelDb;
    if (isNearSpeech && measures.zeroShare < 1) {
      if (change > 1) this.#rises.add(change);
      else if (change < -1) {
        this.#falls.add(-change);
        this.#steepestFallDb = Math.max(this.#steepestFallDb, -change);
      }
    }
    if (!isVoiced) return;
    this.#flux.add(flux / BANDS);
    this.#takeRun(measures.periodicity > VOICED_ABOVE);
    this.#takePause(levelDb);
  }

  #takeRun(isVoicedRun: boolean): void {
    if (isVoicedRun !== this.#isVoicedRun) {
      (this.#isVoicedRun ? this.#voicedRuns : this.#unvoicedRuns).add(this.#run);
      this.#isVoicedRun = isVoicedRun;
      this.#run = 0;
    }
    this.#run++;
  }

  #takePause(levelDb: number): void {
    this.#level.add(levelDb);
    this.#pause = levelDb < this.#level.mean - PAUSE_BELOW_MEAN_DB ? this.#pause + 1 : 0;
    if (this.#pause === PAUSE_FRAMES) this.#pauses++;
    this.#longestPauseFrames = Math.max(this.#longestPauseFrames, this.#pause);
  }

  /** Writes the features of so many seconds of speech into the vector. */
  write(vector: Float64Array, speech: number): void {
    vector[FEATURE.syllables] = this.#shallow.count;
    vector[FEATURE.syllableRate] = speech > 0 ? this.#shallow.count / speech : 0;
    vector[FEATURE.deepSyllables] = this.#deep.count;
    vector[FEATURE.deepSyllableRate] = speech > 0 ? this.#deep.count / speech : 0;
    vector[FEATURE.flux] = this.#flux.mean;
    vector[FEATURE.fluxSpread] = this.#flux.spread;
    vector[FEATURE.rises] = this.#rises.mean;
    vector[FEATURE.falls] = this.#falls.mean;
    vector[FEATURE.steepestFall] = this.#steepestFallDb;
    vector[FEATURE.riseFallRatio] = this.#falls.mean > 0 ? this.#rises.mean / this.#falls.mean : 1;
    vector[FEATURE.voicedRun] = this.#voicedRuns.mean;
    vector[FEATURE.unvoicedRun] = this.#unvoicedRuns.mean;
    vector[FEATURE.dips] = this.#pauses;
    vector[FEATURE.longestDip] = this.#longestPauseFrames;
  }
}
