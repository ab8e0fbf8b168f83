/** What a do-not-call service says of a number; what is not a clear answer is `OUT_OF_SERVICE`, never leave to call. */
export const DncAnswer = {
  MAY_CALL: 'MAY_CALL',
  DO_NOT_CALL: 'DO_NOT_CALL',
  OUT_OF_SERVICE: 'OUT_OF_SERVICE',
} as const;
export type DncAnswer = (typeof DncAnswer)[keyof typeof DncAnswer];
