import { GreetingFeatures } from './greeting-features.js';
import { GreetingTimeline } from './greeting-timeline.js';
import { createToneDetector, type ToneEvent } from './tone-detector.js';
import { createVoiceActivity, type VoiceFrame, type VoiceModel } from './voice-activity.js';

/** What is measured of a call, before anything is judged. */
export class GreetingHearing {
  readonly tones = createToneDetector();
  readonly timeline = new GreetingTimeline();
  readonly features = new GreetingFeatures(this.timeline);
  readonly #activity;

  constructor(model?: VoiceModel) {
    this.#activity = createVoiceActivity(model);
  }

  /** Takes the next 20 ms; the voice in them is the same object at every call. */
  push(frame: Int16Array): { readonly tone: ToneEvent | null; readonly voice: VoiceFrame } {
    return { tone: this.tones.push(frame), voice: this.#activity.push(frame) };
  }

  /** Adds a frame to the greeting. */
  follow(voice: VoiceFrame): void {
    this.timeline.push(voice.isVoiced);
    this.features.push(voice);
  }
}
