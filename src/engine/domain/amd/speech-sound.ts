import { FEATURE } from './feature-names.js';
import { BANDS } from './frame-analysis.js';
import { RunningMean } from './running-mean.js';
import type { VoiceFrame } from './voice-activity.js';

const HALF = BANDS / 2;
const PERIODIC_ABOVE = 0.6;
/** The last voiced frames, whose pitch rises in a question. */
const PITCH_TRACE = 12;

/** By how many dB the lower half of the bands is above the upper one. */
export const tilt = (bandDb: Float64Array): number => {
  let low = 0;
  let high = 0;
  for (let band = 0; band < HALF; band++) {
    low += bandDb[band]!;
    high += bandDb[HALF + band]!;
  }
  return (low - high) / HALF;
};

/** What the voice of a greeting sounds like: its level, its pitch, its spectrum. */
export class SpeechSound {
  readonly level = new RunningMean();
  readonly #pitch = new RunningMean();
  readonly #periodicity = new RunningMean();
  readonly #flatness = new RunningMean();
  readonly #peakShare = new RunningMean();
  readonly #tilt = new RunningMean();
  readonly #pitchTrace: number[] = [];
  #levelMax = -96;
  #levelLately = -96;
  #lowestPitch = Infinity;
  #highestPitch = -Infinity;

  /** To be called with frames of speech alone. */
  push({ measures }: VoiceFrame): void {
    const { levelDb } = measures;
    this.level.add(levelDb);
    this.#levelMax = Math.max(this.#levelMax, levelDb);
    this.#levelLately = this.level.count === 1 ? levelDb : this.#levelLately + 0.15 * (levelDb - this.#levelLately);
    this.#periodicity.add(measures.periodicity);
    this.#flatness.add(measures.flatnessDb);
    this.#peakShare.add(measures.peakShare);
    this.#tilt.add(tilt(measures.bandDb));
    if (measures.periodicity >= PERIODIC_ABOVE) this.#takePitch(12 * Math.log2(measures.pitchHz / 100));
  }

  #takePitch(semitones: number): void {
    this.#pitch.add(semitones);
    if (this.#pitchTrace.push(semitones) > PITCH_TRACE) this.#pitchTrace.shift();
    this.#lowestPitch = Math.min(this.#lowestPitch, semitones);
    this.#highestPitch = Math.max(this.#highestPitch, semitones);
  }

  #pitchSlope(): number {
    const half = this.#pitchTrace.length >> 1;
    if (half <= 2) return 0;
    let slope = 0;
    for (let n = 0; n < 2 * half; n++) slope += (n < half ? -1 : 1) * this.#pitchTrace[n]!;
    return slope / half;
  }

  /** Writes its features into the vector. */
  write(vector: Float64Array): void {
    vector[FEATURE.levelMean] = this.level.mean;
    vector[FEATURE.levelSpread] = this.level.spread;
    vector[FEATURE.levelSlope] = this.#levelLately - this.level.mean;
    vector[FEATURE.levelMax] = this.#levelMax - this.level.mean;
    vector[FEATURE.pitchSpread] = this.#pitch.spread;
    vector[FEATURE.pitchSlope] = this.#pitchSlope();
    vector[FEATURE.pitchRange] = this.#pitch.count > 0 ? this.#highestPitch - this.#lowestPitch : 0;
    vector[FEATURE.periodicity] = this.#periodicity.mean;
    vector[FEATURE.voicedShare] = this.level.count > 0 ? this.#pitch.count / this.level.count : 0;
    vector[FEATURE.flatness] = this.#flatness.mean;
    vector[FEATURE.flatnessSpread] = this.#flatness.spread;
    vector[FEATURE.peakShare] = this.#peakShare.mean;
    vector[FEATURE.peakShareSpread] = this.#peakShare.spread;
    vector[FEATURE.tilt] = this.#tilt.mean;
  }
}
