/** Messages that campaigns leave on answering machines. A message never changes: a new one has a new id. */
export interface VoicemailMessages {
  /** 8 kHz linear PCM, not to be changed; null if it has been deleted. */
  load(messageId: string): Promise<Int16Array | null>;
}
