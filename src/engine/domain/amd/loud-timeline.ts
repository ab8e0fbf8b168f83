import { FEATURE } from './feature-names.js';
import { FRAME_MS } from './frame-analysis.js';
import { GreetingTimeline } from './greeting-timeline.js';
import type { VoiceFrame } from './voice-activity.js';

const LOUD_WITHIN_DB = 12;
const LOUDEST_FALL_DB = 0.02;

/** The timeline of the loud frames alone: in a noisy place the murmur around a person goes on when the word has ended. */
export class LoudTimeline {
  readonly #timeline = new GreetingTimeline();
  #loudestDb = -96;
  #levelDb = -96;
  #frames = 0;

  push({ measures, isVoiced }: VoiceFrame): void {
    this.#levelDb += 0.5 * (measures.levelDb - this.#levelDb);
    if (isVoiced) this.#loudestDb = Math.max(this.#loudestDb - LOUDEST_FALL_DB, this.#levelDb);
    const isLoud = isVoiced && this.#levelDb > this.#loudestDb - LOUD_WITHIN_DB;
    this.#timeline.push(isLoud);
    if (isLoud) this.#frames++;
  }

  /** Writes its features into the vector. */
  write(vector: Float64Array): void {
    const { segments, nowMs, onsetMs, silenceMs, utterances, firstUtteranceEndMs } = this.#timeline;
    const last = segments.at(-1);
    vector[FEATURE.loudSpeech] = (this.#frames * FRAME_MS) / 1_000;
    vector[FEATURE.loudSilence] = last ? silenceMs / 1_000 : 0;
    vector[FEATURE.loudSegment] = last && silenceMs === 0 ? (nowMs - last.startMs) / 1_000 : 0;
    vector[FEATURE.loudSegments] = segments.length;
    vector[FEATURE.loudUtterances] = utterances;
    vector[FEATURE.loudFirst] = last ? (firstUtteranceEndMs - onsetMs) / 1_000 : 0;
    vector[FEATURE.loudLongest] = this.#timeline.longestSegmentMs / 1_000;
    vector[FEATURE.loudGap] = this.#timeline.lastGapMs / 1_000;
    vector[FEATURE.loudLongestGap] = this.#timeline.longestGapMs / 1_000;
  }
}
