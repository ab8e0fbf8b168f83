import type { AmdDetector, AmdDetectors, AmdSettings } from '../contracts/amd-detector.js';
import type { Clock, Timer } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import { LATEST_DECISION_MS } from '../domain/amd/deadline.js';
import type { AnsweringMachineDetection } from '../domain/amd/detection.js';
import type { AmdDecision, AmdFinding } from '../domain/amd/finding.js';
import type { Heard } from '../domain/amd/message-moment.js';
import type { AmdSensitivity } from '../domain/campaign-state.js';
import { FRAME_MS } from './frame-ticker.js';
import { StartRecorder } from './start-recorder.js';

/** Frames come a little after their time. Milliseconds. */
const CLOCK_MARGIN_MS = 500;

export interface AmdDetectorsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly createDetection: (sensitivity: AmdSensitivity) => AnsweringMachineDetection;
  /** Seconds of each call that are recorded, 0 to 12. */
  readonly recordingSeconds: number;
}

export const createAmdDetectors = (options: AmdDetectorsOptions): AmdDetectors => ({
  create: (settings) => new LiveDetector(options, settings),
});

/**
 * The pure detection on a live call: with a clock behind it, and with patience for a telephone that still rings after the
 * answer, as a private exchange may have it. Then detection begins anew, until somebody is there or the ring time-out is
 * over.
 *
 *     waiting ──answered──▶ detecting ──machine──▶ listening ──dispose──▶ over
 *                               └────────────person, dispose──────────────▲
 */
class LiveDetector implements AmdDetector {
  readonly finding: Promise<AmdFinding>;
  private resolve!: (finding: AmdFinding) => void;
  private state: 'waiting' | 'detecting' | 'listening' | 'over' = 'waiting';
  private detection: AnsweringMachineDetection;
  private elapsedMs = 0;
  /** When the present detection began, milliseconds since the answer. */
  private beganMs = 0;
  private isRinging = false;
  /** Frames with something that arrived. */
  private heardFrames = 0;
  private deadline: Timer | null = null;
  private listener: ((heard: Heard) => void) | null = null;
  private readonly recorder: StartRecorder;

  constructor(
    private readonly options: AmdDetectorsOptions,
    private readonly settings: AmdSettings,
  ) {
    this.finding = new Promise((resolve) => {
      this.resolve = resolve;
    });
    this.detection = options.createDetection(settings.sensitivity);
    this.recorder = new StartRecorder(options.recordingSeconds);
  }

  get recording(): Uint8Array | null {
    return this.recorder.recording;
  }

  answered(): void {
    if (this.state !== 'waiting') return;
    this.state = 'detecting';
    this.decideAfter(LATEST_DECISION_MS);
  }

  onFrame(samples: Int16Array, hasArrived: boolean): void {
    if (this.state === 'over') return;
    this.elapsedMs += FRAME_MS;
    if (hasArrived) this.heardFrames++;
    this.recorder.record(samples);
    try {
      const decision = this.detection.push(samples);
      if (this.state !== 'listening' && decision) this.consider(decision);
    } catch (error) {
      this.options.log.error({ err: error }, 'answering machine detection failed');
      this.decideInDoubt();
      return;
    }
    this.listener?.(this.heard());
  }

  listen(heard: ((heard: Heard) => void) | null): void {
    this.listener = heard;
  }

  dispose(): void {
    this.state = 'over';
    this.listener = null;
    this.deadline?.cancel();
  }

  private consider(decision: AmdDecision): void {
    // Between two rings it is silent.
    const stillRings = decision.kind === 'RINGBACK' || (this.isRinging && decision.kind === 'SILENCE');
    if (!stillRings) {
      this.decide({ ...decision, decisionMs: this.beganMs + decision.decisionMs });
    } else if (this.elapsedMs >= this.settings.ringTimeoutMs) {
      this.decide({ ...decision, kind: 'RINGBACK', reason: 'RINGBACK_TONE', decisionMs: this.elapsedMs });
    } else {
      this.listenAnew();
    }
  }

  private listenAnew(): void {
    const { sensitivity, ringTimeoutMs } = this.settings;
    this.detection = this.options.createDetection(sensitivity);
    this.beganMs = this.elapsedMs;
    if (this.isRinging) return;
    this.isRinging = true;
    this.decideAfter(ringTimeoutMs - this.elapsedMs + LATEST_DECISION_MS);
  }

  private decideAfter(delayMs: number): void {
    this.deadline?.cancel();
    this.deadline = this.options.clock.setTimer(delayMs + CLOCK_MARGIN_MS, () => this.decideInDoubt());
  }

  /** In doubt it is a person. */
  private decideInDoubt(): void {
    if (this.state === 'listening') {
      this.dispose();
      return;
    }
    const { elapsedMs: decisionMs } = this;
    this.decide({ verdict: 'HUMAN', reason: 'DEADLINE', kind: 'HUMAN', decisionMs, confidence: 0, features: {} });
  }

  private decide(decision: AmdDecision): void {
    this.deadline?.cancel();
    this.state = decision.verdict === 'HUMAN' ? 'over' : 'listening';
    const { heardFrames, options } = this;
    if (heardFrames === 0) options.log.warn({}, 'no audio arrived on an answered call: check RTP ports and firewall');
    this.resolve({ ...decision, features: { ...decision.features, heardFrames }, at: options.clock.now() });
  }

  private heard(): Heard {
    const { beeps, isSpeaking } = this.detection;
    const beep = beeps.at(-1);
    return { atMs: this.elapsedMs, isSpeaking, beepEndMs: beep ? this.beganMs + beep.endMs : null };
  }
}
