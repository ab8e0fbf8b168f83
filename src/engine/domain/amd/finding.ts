/** What answering machine detection takes the answering party for. */
export const AmdVerdict = { HUMAN: 'HUMAN', MACHINE: 'MACHINE' } as const;
export type AmdVerdict = (typeof AmdVerdict)[keyof typeof AmdVerdict];

/** The check that decided the verdict. */
export const AmdReason = {
  SILENCE_ON_ANSWER: 'SILENCE_ON_ANSWER',
  SILENCE_AFTER_UTTERANCE: 'SILENCE_AFTER_UTTERANCE',
  BEEP: 'BEEP',
  SIT_TONE: 'SIT_TONE',
  FAX_TONE: 'FAX_TONE',
  GREETING_LENGTH: 'GREETING_LENGTH',
  GREETING_WORDS: 'GREETING_WORDS',
  GREETING_PAUSES: 'GREETING_PAUSES',
  DEADLINE: 'DEADLINE',
} as const;
export type AmdReason = (typeof AmdReason)[keyof typeof AmdReason];

export interface AmdFinding {
  readonly verdict: AmdVerdict;
  readonly reason: AmdReason;
  /** Milliseconds of audio from the answer to the verdict. */
  readonly decisionMs: number;
  /** 0 to 1. */
  readonly confidence: number;
  readonly at: Date;
}
