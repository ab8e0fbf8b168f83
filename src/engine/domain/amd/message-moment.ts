/** What is heard of a machine after it was recognised, told every 20 ms. Times are milliseconds since the answer. */
export interface Heard {
  readonly atMs: number;
  /** The far end is speaking or toning. */
  readonly isSpeaking: boolean;
  /** When the last beep was over; null: there was none. A beep is told when it is over. */
  readonly beepEndMs: number | null;
}

/** The tone is over when so much silence follows it. */
const AFTER_BEEP_MS = 100;
/** Without a beep: longer than the pause that machines make between the greeting and the tone. */
const SILENCE_MS = 2_500;
/** Who speaks again so soon after the message began had not finished the greeting. */
const SECOND_THOUGHTS_MS = 1_000;
/** Shorter than this it is an echo, a click or the end of the tone. */
const SPEECH_MS = 200;

/**
 * When to play a message to a machine: after its beep, or after a silence if it has none. If the greeting goes on after
 * all, the message is begun again, once.
 */
export class MessageMoment {
  private playingSinceMs: number | null = null;
  private mayBeginAgain = true;
  private quietSinceMs: number;
  private speakingSinceMs: number | null = null;
  /** When more than a click was heard last. */
  private spokenMs = -Infinity;

  /** @param decisionMs when the machine was recognised, milliseconds since the answer */
  constructor(decisionMs: number) {
    this.quietSinceMs = decisionMs;
  }

  /** What to do with the message now; null: nothing else than before. */
  hear(heard: Heard): 'PLAY' | 'STOP' | null {
    if (heard.isSpeaking) {
      this.speakingSinceMs ??= heard.atMs;
      if (heard.atMs - this.speakingSinceMs >= SPEECH_MS) this.spokenMs = heard.atMs;
    } else if (this.speakingSinceMs !== null) {
      this.speakingSinceMs = null;
      this.quietSinceMs = heard.atMs;
    }
    return this.playingSinceMs === null ? this.whileWaiting(heard) : this.whilePlaying(heard, this.playingSinceMs);
  }

  private whileWaiting({ atMs, isSpeaking, beepEndMs }: Heard): 'PLAY' | null {
    const quietMs = isSpeaking ? 0 : atMs - this.quietSinceMs;
    // A greeting that goes on after a tone has another one at its end, or none.
    const isAfterBeep = beepEndMs !== null && this.spokenMs - beepEndMs < SPEECH_MS;
    if (quietMs < (isAfterBeep ? AFTER_BEEP_MS : SILENCE_MS)) return null;
    this.playingSinceMs = atMs;
    return 'PLAY';
  }

  private whilePlaying({ atMs, beepEndMs }: Heard, sinceMs: number): 'STOP' | null {
    if (!this.mayBeginAgain || atMs - sinceMs > SECOND_THOUGHTS_MS) return null;
    const speaksAgain = this.speakingSinceMs !== null && atMs - this.speakingSinceMs >= SPEECH_MS;
    if (!speaksAgain && (beepEndMs === null || beepEndMs < sinceMs)) return null;
    this.mayBeginAgain = false;
    this.playingSinceMs = null;
    return 'STOP';
  }
}
