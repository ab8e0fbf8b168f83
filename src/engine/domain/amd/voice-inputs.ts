import { BANDS, type FrameMeasures, SILENCE_DB } from './frame-analysis.js';

/** What the voice network sees of a frame: levels against slow floors and peaks, the spectrum's shape, periodicity, and how they moved. */
export const VOICE_INPUTS = 16 + 2 * BANDS;

/** dB a frame: what a floor may rise, so that a word does not become the background and a change of line does. */
const SLOW_RISE_DB = 0.04;
const FAST_RISE_DB = 0.25;
const PEAK_FALL_DB = 0.02;
/** A floor falls by this share of the way, so that one odd frame does not set it. */
const FALL_SHARE = 0.4;
const SMOOTHING = 0.8;
const STEADINESS_SMOOTHING = 0.96;
/** Below this a frame is digital silence or comfort noise of the codec, which says nothing about the background. */
const LEAST_FLOOR_DB = -75;

/** Follows a level down quickly and up slowly. */
const follow = (floor: number, level: number, rise: number): number =>
  level < floor ? floor + FALL_SHARE * (level - floor) : Math.min(level, floor + rise);

export interface VoiceInputs {
  /** Answers the inputs for this frame: the same array at every call. */
  take(measures: FrameMeasures): Float64Array;
  /** dB, slow. */
  readonly floorDb: number;
}

export const createVoiceInputs = (): VoiceInputs => {
  const inputs = new Float64Array(VOICE_INPUTS);
  const bandFloors = new Float64Array(BANDS);
  const previousBands = new Float64Array(BANDS);
  const recent = new Float64Array(3).fill(SILENCE_DB);
  let isFirst = true;
  let slowFloor = LEAST_FLOOR_DB;
  let fastFloor = LEAST_FLOOR_DB;
  let peak = SILENCE_DB;
  let mean = 0;
  let spread = 0;
  let smoothRatio = 0;
  let smoothPeriodicity = 0;
  let smoothFlatness = 0;

  const start = (measures: FrameMeasures, level: number): void => {
    isFirst = false;
    slowFloor = fastFloor = mean = level;
    for (let band = 0; band < BANDS; band++) {
      bandFloors[band] = Math.max(LEAST_FLOOR_DB - 12, measures.bandDb[band]!);
      previousBands[band] = measures.bandDb[band]!;
    }
  };

  return {
    get floorDb() {
      return slowFloor;
    },
    take: (measures) => {
      const level = Math.max(LEAST_FLOOR_DB, measures.levelDb);
      if (isFirst) start(measures, level);
      slowFloor = follow(slowFloor, level, SLOW_RISE_DB);
      fastFloor = follow(fastFloor, level, FAST_RISE_DB);
      peak = Math.max(level, peak - PEAK_FALL_DB);
      const ratio = (level - slowFloor) / 10;
      smoothRatio = SMOOTHING * smoothRatio + (1 - SMOOTHING) * ratio;
      smoothPeriodicity = SMOOTHING * smoothPeriodicity + (1 - SMOOTHING) * measures.periodicity;
      smoothFlatness = SMOOTHING * smoothFlatness + (1 - SMOOTHING) * measures.flatnessDb;
      mean = STEADINESS_SMOOTHING * mean + (1 - STEADINESS_SMOOTHING) * level;
      spread = STEADINESS_SMOOTHING * spread + (1 - STEADINESS_SMOOTHING) * Math.abs(level - mean);
      let flux = 0;
      for (let band = 0; band < BANDS; band++) {
        const bandLevel = Math.max(LEAST_FLOOR_DB - 12, measures.bandDb[band]!);
        flux += Math.abs(bandLevel - previousBands[band]!);
        previousBands[band] = bandLevel;
        const floor = follow(bandFloors[band]!, bandLevel, SLOW_RISE_DB);
        bandFloors[band] = floor;
        inputs[16 + band] = (bandLevel - floor) / 10;
        inputs[16 + BANDS + band] = (bandLevel - level) / 15;
      }
      inputs[0] = ratio;
      inputs[1] = (level - fastFloor) / 10;
      inputs[2] = (level - peak) / 10;
      inputs[3] = (level + 40) / 20;
      inputs[4] = measures.periodicity * 2 - 1;
      inputs[5] = measures.flatnessDb / 10 + 1;
      inputs[6] = measures.peakShare * 2 - 1;
      inputs[7] = measures.zeroShare;
      inputs[8] = flux / (10 * BANDS);
      inputs[9] = (level - recent[0]!) / 10;
      inputs[10] = (level - recent[2]!) / 10;
      inputs[11] = smoothRatio;
      inputs[12] = smoothPeriodicity * 2 - 1;
      inputs[13] = smoothFlatness / 10 + 1;
      inputs[14] = spread / 5;
      inputs[15] = (slowFloor + 50) / 20;
      recent.copyWithin(1, 0);
      recent[0] = level;
      return inputs;
    },
  };
};
