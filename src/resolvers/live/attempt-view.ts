import { CallAttempt } from '../../entities/call-attempt.js';
import { AttemptState } from '../../entities/enums.js';

const ORDER = Object.values(AttemptState);

/** Place of a step in the life of an attempt, from 0. */
export function stepNumber(state: AttemptState): number {
  return ORDER.indexOf(state);
}

/** What a step brings: before it, these fields are null. */
const BROUGHT_BY = {
  DIALING: ['dialedAt', 'callerId', 'trunkName', 'portName'],
  RINGING: ['ringingAt'],
  ANSWERED: ['answeredAt'],
  TRANSFERRING: [
    ...['transferTarget', 'detectedAt', 'amdVerdict', 'amdReason', 'amdKind', 'amdDecisionMs', 'amdConfidence'],
    'amdFeatures',
  ],
  ENDED: [
    ...['transferredAt', 'endedAt', 'result', 'countsAsAttempt', 'attributedTo', 'reason', 'sipStatus'],
    ...['sipPhrase', 'sipWarning', 'retryAfterSeconds', 'q850Cause', 'sipReason', 'lastProvisional', 'localCause'],
    'messageLeft',
  ],
} as const;

/** The attempt as it was after a step, from a row that may have later ones too. */
export function asAfterStep(row: CallAttempt, state: AttemptState): CallAttempt {
  const shown = Object.assign(new CallAttempt(), row, { state });
  for (const [step, fields] of Object.entries(BROUGHT_BY)) {
    if (stepNumber(step as AttemptState) <= stepNumber(state)) continue;
    for (const field of fields) Object.assign(shown, { [field]: null });
  }
  return shown;
}
