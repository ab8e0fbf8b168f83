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
  BUSY_TONE: 'BUSY_TONE',
  RINGBACK_TONE: 'RINGBACK_TONE',
  GREETING_LENGTH: 'GREETING_LENGTH',
  GREETING_WORDS: 'GREETING_WORDS',
  GREETING_PAUSES: 'GREETING_PAUSES',
  DEADLINE: 'DEADLINE',
} as const;
export type AmdReason = (typeof AmdReason)[keyof typeof AmdReason];

/** What the audio turned out to be; MACHINE covers voicemail. */
export const AmdResultKind = {
  HUMAN: 'HUMAN',
  MACHINE: 'MACHINE',
  FAX: 'FAX',
  SIT: 'SIT',
  BUSY: 'BUSY',
  RINGBACK: 'RINGBACK',
  SILENCE: 'SILENCE',
} as const;
export type AmdResultKind = (typeof AmdResultKind)[keyof typeof AmdResultKind];

/** What the detector measured until it decided, by name; each name tells its unit. */
export interface AmdFeatures {
  readonly [name: string]: number;
}

export interface AmdDecision {
  readonly verdict: AmdVerdict;
  readonly reason: AmdReason;
  readonly kind: AmdResultKind;
  /** Milliseconds of audio from the answer to the verdict. */
  readonly decisionMs: number;
  /** 0 to 1. */
  readonly confidence: number;
  readonly features: AmdFeatures;
}

/** The decision about a call. */
export interface AmdFinding extends AmdDecision {
  readonly at: Date;
}
