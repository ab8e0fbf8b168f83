import type { AmdSensitivity } from '../campaign-state.js';
import { LATEST_DECISION_MS, SILENCE_ON_ANSWER_MS } from './deadline.js';
import type { AmdDecision, AmdFeatures, AmdResultKind, AnsweringMachineDetection, BeepHeard } from './detection.js';
import { AmdReason, AmdVerdict } from './finding.js';
import { FRAME_MS } from './frame-analysis.js';
import { type GreetingModel, machineProbability } from './greeting-classifier.js';
import { FEATURE, FEATURE_NAMES } from './feature-names.js';
import { GreetingHearing } from './greeting-hearing.js';
import { greetingModel } from './greeting-model.js';
import { type AmdSettings, settingsOf } from './settings.js';
import type { ToneEvent } from './tone-detector.js';
import type { VoiceModel } from './voice-activity.js';
import { voiceModel } from './voice-model.js';

/** So long without a word after a ring, or after the answer if that is later, and nobody will come. */
const RINGBACK_MS = 5_000;
/** The greeting is judged so often. */
const JUDGE_EVERY_FRAMES = 100 / FRAME_MS;

const TONE_VERDICTS = {
  BEEP: { reason: AmdReason.BEEP, kind: 'MACHINE' },
  SIT: { reason: AmdReason.SIT_TONE, kind: 'SIT' },
  FAX: { reason: AmdReason.FAX_TONE, kind: 'FAX' },
  BUSY: { reason: AmdReason.BUSY_TONE, kind: 'BUSY' },
} as const;

class GreetingDetection implements AnsweringMachineDetection {
  readonly beeps: BeepHeard[] = [];
  isSpeaking = false;
  readonly #settings: AmdSettings;
  readonly #model: GreetingModel;
  readonly #hearing: GreetingHearing;
  #frames = 0;
  #isDecided = false;
  #hasRung = false;
  #wasMachine = false;

  constructor(settings: AmdSettings, voice: VoiceModel, model: GreetingModel) {
    this.#settings = settings;
    this.#hearing = new GreetingHearing(voice);
    this.#model = model;
  }

  push(frame: Int16Array): AmdDecision | null {
    this.#frames++;
    const { tone, voice } = this.#hearing.push(frame);
    this.isSpeaking = voice.isVoiced || this.#hearing.tones.last.isTonal;
    if (tone?.kind === 'BEEP') this.beeps.push(tone);
    if (this.#isDecided) return null;
    this.#hearing.follow(voice);
    const decision = (tone && this.#judgeTone(tone)) ?? this.#judgeSilence() ?? this.#judgeGreeting();
    this.#isDecided = decision !== null;
    return decision;
  }

  #judgeTone(tone: ToneEvent): AmdDecision | null {
    if (tone.kind === 'RINGBACK') {
      this.#hasRung = true;
      return null;
    }
    const { reason, kind } = TONE_VERDICTS[tone.kind];
    return this.#decide(AmdVerdict.MACHINE, reason, kind, tone.confidence);
  }

  #judgeSilence(): AmdDecision | null {
    const { onsetMs, mayOpen, nowMs } = this.#hearing.timeline;
    if (onsetMs >= 0 || mayOpen) return null;
    if (this.#hasRung)
      return nowMs < RINGBACK_MS ? null : this.#decide(AmdVerdict.MACHINE, AmdReason.RINGBACK_TONE, 'RINGBACK', 0.9);
    return nowMs < SILENCE_ON_ANSWER_MS
      ? null
      : this.#decide(AmdVerdict.MACHINE, AmdReason.SILENCE_ON_ANSWER, 'SILENCE', 0.9);
  }

  #judgeGreeting(): AmdDecision | null {
    const { onsetMs, nowMs, silenceMs } = this.#hearing.timeline;
    if (onsetMs < 0) return null;
    const settings = this.#settings;
    const isDeadline = nowMs - onsetMs >= settings.deadlineMs || nowMs >= LATEST_DECISION_MS;
    if (this.#frames % JUDGE_EVERY_FRAMES !== 0 && !isDeadline) return null;
    const vector = this.#hearing.features.vector;
    const machine = machineProbability(vector, this.#model);
    const { hurry, person } = settings;
    const rule = hurry && nowMs <= hurry.untilMs ? hurry : person;
    if (machine < rule.human && silenceMs >= rule.humanSilenceMs)
      return this.#decide(AmdVerdict.HUMAN, AmdReason.SILENCE_AFTER_UTTERANCE, 'HUMAN', 1 - machine);
    if (machine < rule.surelyHuman) return this.#decide(AmdVerdict.HUMAN, this.#shape(), 'HUMAN', 1 - machine);
    const canBeMachine = vector[FEATURE.snr]! > (settings.machineAboveBackgroundDb ?? -Infinity);
    const isMachine = canBeMachine && machine > settings.machine && nowMs - onsetMs >= settings.machineAfterMs;
    if ((isMachine && this.#wasMachine) || (isDeadline && canBeMachine && machine > settings.machineAtDeadline))
      return this.#decide(AmdVerdict.MACHINE, this.#shape(), 'MACHINE', machine);
    this.#wasMachine = isMachine;
    if (!isDeadline) return null;
    const beep = this.#hearing.tones.openBeep();
    return beep ? this.#judgeTone(beep) : this.#decide(AmdVerdict.HUMAN, AmdReason.DEADLINE, 'HUMAN', 1 - machine);
  }

  /** What stands out in the greeting so far, as far as one word can say it. */
  #shape(): AmdReason {
    if (this.#hearing.timeline.utterances > 1) return AmdReason.GREETING_PAUSES;
    return this.#hearing.timeline.segments.length > 2 ? AmdReason.GREETING_WORDS : AmdReason.GREETING_LENGTH;
  }

  #decide(verdict: AmdVerdict, reason: AmdReason, kind: AmdResultKind, confidence: number): AmdDecision {
    return { verdict, reason, kind, decisionMs: this.#hearing.timeline.nowMs, confidence, features: this.#describe() };
  }

  #describe(): AmdFeatures {
    if (this.#hearing.timeline.onsetMs < 0) return {};
    return Object.fromEntries(
      FEATURE_NAMES.map((name, n) => [name, Number(this.#hearing.features.vector[n]!.toFixed(3))]),
    );
  }
}

/** Detects with the models that ship, or, while they are being trained, with others. */
export const createDetectionWith = (
  settings: AmdSettings,
  voice: VoiceModel,
  greeting: GreetingModel,
): AnsweringMachineDetection => new GreetingDetection(settings, voice, greeting);

export const createDetection = (sensitivity: AmdSensitivity): AnsweringMachineDetection =>
  createDetectionWith(settingsOf[sensitivity], voiceModel, greetingModel);
