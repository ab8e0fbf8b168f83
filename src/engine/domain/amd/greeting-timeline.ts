import { FRAME_MS } from './frame-analysis.js';

/** A segment ends after this much without voice. */
const SEGMENT_END_MS = 120;
/** Segments nearer than this are one utterance. */
const UTTERANCE_GAP_MS = 360;
/** Less voice than this is a click or a breath, not a word. */
const LEAST_SEGMENT_MS = 80;
/** A gap of this length is one that somebody who reads a sentence makes. */
const SHORT_GAP_MS = { least: 160, most: 800 };

export interface GreetingSegment {
  readonly startMs: number;
  /** End of the last voiced frame so far. */
  endMs: number;
}

/** Voice in time: segments, and utterances that join them. All times from the answer. */
export class GreetingTimeline {
  readonly segments: GreetingSegment[] = [];
  nowMs = 0;
  clicks = 0;
  utterances = 0;
  firstUtteranceEndMs = 0;
  secondUtteranceStartMs = 0;
  lastUtteranceStartMs = 0;
  longestSegmentMs = 0;
  firstGapMs = 0;
  lastGapMs = 0;
  longestGapMs = 0;
  /** Gaps as somebody makes them who reads a sentence. */
  shortGaps = 0;
  #candidateMs = -1;
  #candidateEndMs = 0;

  /** When the first word began; -1 while there is none. */
  get onsetMs(): number {
    return this.segments[0]?.startMs ?? -1;
  }

  /** There is voice that may still prove a click; known within 120 ms. */
  get mayOpen(): boolean {
    return this.#candidateMs >= 0;
  }

  /** Without voice for so long; 0 while there is voice. */
  get silenceMs(): number {
    const last = this.segments.at(-1);
    return last ? this.nowMs - last.endMs : this.nowMs;
  }

  push(isVoiced: boolean): void {
    const startMs = this.nowMs;
    this.nowMs += FRAME_MS;
    if (isVoiced) this.#voiced(startMs);
    else this.#unvoiced();
  }

  #voiced(startMs: number): void {
    const last = this.segments.at(-1);
    if (last && this.#candidateMs < 0 && startMs - last.endMs < SEGMENT_END_MS) {
      last.endMs = this.nowMs;
    } else {
      if (this.#candidateMs < 0) this.#candidateMs = startMs;
      this.#candidateEndMs = this.nowMs;
      if (this.nowMs - this.#candidateMs >= LEAST_SEGMENT_MS) this.#open();
    }
    const current = this.segments.at(-1);
    if (!current) return;
    this.longestSegmentMs = Math.max(this.longestSegmentMs, current.endMs - current.startMs);
    if (this.utterances === 1) this.firstUtteranceEndMs = current.endMs;
  }

  #open(): void {
    const last = this.segments.at(-1);
    if (!last || this.#candidateMs - last.endMs >= UTTERANCE_GAP_MS) {
      this.utterances++;
      this.lastUtteranceStartMs = this.#candidateMs;
      if (this.utterances === 2) this.secondUtteranceStartMs = this.#candidateMs;
    }
    if (last) this.#takeGap(this.#candidateMs - last.endMs);
    this.segments.push({ startMs: this.#candidateMs, endMs: this.nowMs });
    this.#candidateMs = -1;
  }

  #takeGap(gapMs: number): void {
    if (this.segments.length === 1) this.firstGapMs = gapMs;
    this.lastGapMs = gapMs;
    this.longestGapMs = Math.max(this.longestGapMs, gapMs);
    if (gapMs >= SHORT_GAP_MS.least && gapMs <= SHORT_GAP_MS.most) this.shortGaps++;
  }

  #unvoiced(): void {
    if (this.#candidateMs >= 0 && this.nowMs - this.#candidateEndMs > 40) {
      this.#candidateMs = -1;
      this.clicks++;
    }
  }
}
