import { BackgroundSound } from './background-sound.js';
import { FEATURE, FEATURE_NAMES } from './feature-names.js';
import { FRAME_MS } from './frame-analysis.js';
import type { GreetingTimeline } from './greeting-timeline.js';
import { LoudTimeline } from './loud-timeline.js';
import { SpeechRhythm } from './speech-rhythm.js';
import { SpeechSound } from './speech-sound.js';
import type { VoiceFrame } from './voice-activity.js';

const TRACE_FRAMES = 2_000 / FRAME_MS;
/** Reverberation and the codec's tail: frames this soon after a word are neither speech nor background. */
const TAIL_MS = 100;

/** Gathers over a greeting what the classifier asks of it. */
export class GreetingFeatures {
  readonly #timeline: GreetingTimeline;
  readonly #loud = new LoudTimeline();
  readonly #sound = new SpeechSound();
  readonly #background = new BackgroundSound();
  readonly #rhythm = new SpeechRhythm();
  readonly #recent = new Uint8Array(TRACE_FRAMES);
  readonly #vector = new Float64Array(FEATURE_NAMES.length);
  #frames = 0;
  #mediaStartMs = -1;
  #probability = 0;

  constructor(timeline: GreetingTimeline) {
    this.#timeline = timeline;
  }

  /** To be called after the timeline took the same frame. */
  push(frame: VoiceFrame): void {
    const { measures, isVoiced } = frame;
    const { silenceMs, onsetMs } = this.#timeline;
    const isGreeting = onsetMs >= 0;
    if (this.#mediaStartMs < 0 && measures.zeroShare < 1) this.#mediaStartMs = this.#frames * FRAME_MS;
    this.#recent[this.#frames++ % TRACE_FRAMES] = isVoiced ? 1 : 0;
    this.#probability += 0.3 * (frame.probability - this.#probability);
    if (isVoiced) this.#sound.push(frame);
    else if (!isGreeting) this.#background.pushBefore(frame);
    else if (silenceMs > TAIL_MS) this.#background.pushGap(frame);
    this.#background.push(frame);
    this.#loud.push(frame);
    this.#rhythm.push(frame, isVoiced || (isGreeting && silenceMs < TAIL_MS));
  }

  /** The vector of this moment: the same array at every call. Asked for only once there was an onset. */
  get vector(): Float64Array {
    const speech = (this.#sound.level.count * FRAME_MS) / 1_000;
    this.#writeTiming(speech);
    this.#rhythm.write(this.#vector, speech);
    this.#sound.write(this.#vector);
    this.#background.write(this.#vector, this.#sound.level.mean);
    this.#loud.write(this.#vector);
    return this.#vector;
  }

  #writeTiming(speech: number): void {
    const timeline = this.#timeline;
    const vector = this.#vector;
    const { segments, nowMs, onsetMs, silenceMs, utterances } = timeline;
    const first = segments[0]!;
    const last = segments.at(-1)!;
    const hasSecond = utterances > 1;
    vector[FEATURE.sinceAnswer] = nowMs / 1_000;
    vector[FEATURE.onset] = onsetMs / 1_000;
    vector[FEATURE.onsetAfterMedia] = (onsetMs - Math.max(0, this.#mediaStartMs)) / 1_000;
    vector[FEATURE.sinceOnset] = (nowMs - onsetMs) / 1_000;
    vector[FEATURE.speech] = speech;
    vector[FEATURE.silence] = silenceMs / 1_000;
    vector[FEATURE.segment] = silenceMs === 0 ? (nowMs - last.startMs) / 1_000 : 0;
    vector[FEATURE.firstSegment] = (first.endMs - first.startMs) / 1_000;
    vector[FEATURE.firstUtterance] = (timeline.firstUtteranceEndMs - onsetMs) / 1_000;
    vector[FEATURE.lastUtterance] = (last.endMs - timeline.lastUtteranceStartMs) / 1_000;
    vector[FEATURE.segments] = segments.length;
    vector[FEATURE.utterances] = utterances;
    vector[FEATURE.longestSegment] = timeline.longestSegmentMs / 1_000;
    vector[FEATURE.longestGap] = timeline.longestGapMs / 1_000;
    vector[FEATURE.lastGap] = timeline.lastGapMs / 1_000;
    vector[FEATURE.firstGap] = (segments.length > 1 ? timeline.firstGapMs : silenceMs) / 1_000;
    vector[FEATURE.shortGaps] = timeline.shortGaps;
    vector[FEATURE.speechRatio] = (speech * 1_000) / (nowMs - onsetMs);
    vector[FEATURE.speechRatio1s] = this.#share(1_000);
    vector[FEATURE.speechRatio2s] = this.#share(2_000);
    vector[FEATURE.probability] = this.#probability;
    vector[FEATURE.clicks] = timeline.clicks;
    vector[FEATURE.secondDelay] = hasSecond
      ? (timeline.secondUtteranceStartMs - timeline.firstUtteranceEndMs) / 1_000
      : 0;
    vector[FEATURE.secondLength] = hasSecond ? (last.endMs - timeline.secondUtteranceStartMs) / 1_000 : 0;
  }

  /** Share of voiced frames in the last so many milliseconds. */
  #share(lastMs: number): number {
    const wanted = Math.min(this.#frames, lastMs / FRAME_MS);
    let voiced = 0;
    for (let back = 1; back <= wanted; back++) voiced += this.#recent[(this.#frames - back) % TRACE_FRAMES]!;
    return voiced / wanted;
  }
}
