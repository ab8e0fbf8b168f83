import type { SoundKind } from './audio.js';
import { seededRandom } from './seeded-random.js';
import type { HeaderLine } from './sip-message.js';

/** What becomes of a call to a number of the lab's carrier. */
export const Outcome = {
  PERSON: 'PERSON',
  VOICEMAIL: 'VOICEMAIL',
  SILENCE: 'SILENCE',
  FAX: 'FAX',
  HANGS_UP_AT_ONCE: 'HANGS_UP_AT_ONCE',
  BUSY: 'BUSY',
  DECLINED: 'DECLINED',
  NO_ANSWER: 'NO_ANSWER',
  UNAVAILABLE: 'UNAVAILABLE',
  NOT_FOUND: 'NOT_FOUND',
  CHANGED_NUMBER: 'CHANGED_NUMBER',
  SERVICE_UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  BUSY_EVERYWHERE: 'BUSY_EVERYWHERE',
  TIMES_OUT: 'TIMES_OUT',
  FORBIDDEN: 'FORBIDDEN',
  SERVER_ERROR: 'SERVER_ERROR',
  NOT_ACCEPTABLE: 'NOT_ACCEPTABLE',
  BLOCKED_BY_ANALYTICS: 'BLOCKED_BY_ANALYTICS',
  UNWANTED: 'UNWANTED',
  NO_RESPONSE: 'NO_RESPONSE',
  ANSWERS_THE_CANCEL: 'ANSWERS_THE_CANCEL',
  REFUSES_TRANSFER: 'REFUSES_TRANSFER',
  HANGS_UP_IN_TRANSFER: 'HANGS_UP_IN_TRANSFER',
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** Weights, 0 or more, not all 0; an outcome that is not named has weight 0. */
export type OutcomeMix = Readonly<Partial<Record<Outcome, number>>>;

/** Milliseconds at pace 1: from (included) to (excluded). */
type RangeMs = readonly [from: number, to: number];

/** How an outcome is played. */
export interface OutcomePlan {
  /** Percent in the default mix; 0: only scripted, or by a mix of one's own. */
  readonly weight: number;
  /** The last two digits of a number that has this outcome when the lab is scripted. */
  readonly lastDigits: string;
  /** From the INVITE to the final response. */
  readonly delayMs: RangeMs;
  /** `ring`: 180, now and then 183 with ringing tone; `sit`: 183 with the special information tone. */
  readonly before: 'nothing' | 'ring' | 'sit';
  readonly final: FinalPlan;
}

export type FinalPlan =
  | {
      readonly kind: 'answer';
      readonly sound: SoundKind;
      /** The callee hangs up this long after the answer. */
      readonly hangsUpAfterMs?: RangeMs;
      /** At a REFER: answers it with 603, or accepts it and hangs up while the agent's telephone rings. */
      readonly onTransfer?: 'refuse' | 'hang-up';
    }
  | {
      readonly kind: 'refuse';
      readonly status: number;
      readonly reason: string;
      readonly headers?: readonly HeaderLine[];
    }
  /** Rings until CANCEL; `answersTheCancel`: the 200 crosses it. */
  | { readonly kind: 'ring-on'; readonly answersTheCancel?: true }
  /** Not even a 100, as when a trunk is away. */
  | { readonly kind: 'no-response' };

const cause = (q850: number): readonly HeaderLine[] => [['Reason', `Q.850;cause=${q850}`]];
const refuse = (status: number, reason: string, headers: readonly HeaderLine[] = []): FinalPlan => ({
  kind: 'refuse',
  status,
  reason,
  headers,
});
const answer = (sound: SoundKind): FinalPlan => ({ kind: 'answer', sound });
const ANALYTICS_REASON = 'SIP;cause=603;text="v=analytics1;url=https://redress.example/603"';

/**
 * All outcomes. The default mix is that of an outbound campaign on mobile numbers: a third of the calls reaches a
 * person, a sixth a voicemail, most of the rest is busy, declined or rings out. 503 stays rare and has no Retry-After,
 * because a dialer backs off from its trunk when it sees one.
 */
export const OUTCOME_PLANS: Readonly<Record<Outcome, OutcomePlan>> = {
  PERSON: { weight: 35, lastDigits: '00', delayMs: [2000, 12_000], before: 'ring', final: answer('person') },
  VOICEMAIL: { weight: 15, lastDigits: '01', delayMs: [5000, 12_000], before: 'ring', final: answer('voicemail') },
  SILENCE: { weight: 2, lastDigits: '02', delayMs: [1500, 8000], before: 'ring', final: answer('silence') },
  FAX: { weight: 1, lastDigits: '03', delayMs: [2000, 6000], before: 'ring', final: answer('fax') },
  HANGS_UP_AT_ONCE: {
    weight: 3,
    lastDigits: '04',
    delayMs: [1500, 10_000],
    before: 'ring',
    final: { kind: 'answer', sound: 'person', hangsUpAfterMs: [200, 1200] },
  },
  BUSY: {
    weight: 12,
    lastDigits: '10',
    delayMs: [300, 1500],
    before: 'nothing',
    final: refuse(486, 'Busy Here', cause(17)),
  },
  DECLINED: { weight: 6, lastDigits: '11', delayMs: [1500, 9000], before: 'ring', final: refuse(603, 'Decline') },
  NO_ANSWER: { weight: 15, lastDigits: '12', delayMs: [0, 0], before: 'ring', final: { kind: 'ring-on' } },
  UNAVAILABLE: {
    weight: 3,
    lastDigits: '13',
    delayMs: [1000, 4000],
    before: 'nothing',
    final: refuse(480, 'Temporarily Unavailable', cause(20)),
  },
  NOT_FOUND: {
    weight: 5,
    lastDigits: '14',
    delayMs: [1000, 2500],
    before: 'sit',
    final: refuse(404, 'Not Found', cause(1)),
  },
  CHANGED_NUMBER: {
    weight: 1,
    lastDigits: '15',
    delayMs: [300, 1000],
    before: 'nothing',
    final: refuse(410, 'Gone', cause(22)),
  },
  SERVICE_UNAVAILABLE: {
    weight: 2,
    lastDigits: '20',
    delayMs: [100, 600],
    before: 'nothing',
    final: refuse(503, 'Service Unavailable'),
  },
  BUSY_EVERYWHERE: {
    weight: 0,
    lastDigits: '16',
    delayMs: [300, 1500],
    before: 'ring',
    final: refuse(600, 'Busy Everywhere'),
  },
  TIMES_OUT: {
    weight: 0,
    lastDigits: '17',
    delayMs: [4000, 8000],
    before: 'ring',
    final: refuse(408, 'Request Timeout'),
  },
  FORBIDDEN: { weight: 0, lastDigits: '21', delayMs: [100, 500], before: 'nothing', final: refuse(403, 'Forbidden') },
  SERVER_ERROR: {
    weight: 0,
    lastDigits: '22',
    delayMs: [100, 500],
    before: 'nothing',
    final: refuse(500, 'Server Internal Error'),
  },
  NOT_ACCEPTABLE: {
    weight: 0,
    lastDigits: '23',
    delayMs: [100, 500],
    before: 'nothing',
    final: refuse(488, 'Not Acceptable Here'),
  },
  BLOCKED_BY_ANALYTICS: {
    weight: 0,
    lastDigits: '24',
    delayMs: [100, 500],
    before: 'nothing',
    final: refuse(603, 'Network Blocked', [['Reason', ANALYTICS_REASON]]),
  },
  UNWANTED: { weight: 0, lastDigits: '25', delayMs: [2000, 6000], before: 'ring', final: refuse(607, 'Unwanted') },
  NO_RESPONSE: { weight: 0, lastDigits: '26', delayMs: [0, 0], before: 'nothing', final: { kind: 'no-response' } },
  ANSWERS_THE_CANCEL: {
    weight: 0,
    lastDigits: '30',
    delayMs: [0, 0],
    before: 'ring',
    final: { kind: 'ring-on', answersTheCancel: true },
  },
  REFUSES_TRANSFER: {
    weight: 0,
    lastDigits: '31',
    delayMs: [1000, 4000],
    before: 'ring',
    final: { kind: 'answer', sound: 'person', onTransfer: 'refuse' },
  },
  HANGS_UP_IN_TRANSFER: {
    weight: 0,
    lastDigits: '32',
    delayMs: [1000, 4000],
    before: 'ring',
    final: { kind: 'answer', sound: 'person', onTransfer: 'hang-up' },
  },
};

const OUTCOMES = Object.values(Outcome);

/** The mix that a lab plays if it is not given another one, in percent. */
export const DEFAULT_MIX: OutcomeMix = Object.fromEntries(
  OUTCOMES.map((outcome) => [outcome, OUTCOME_PLANS[outcome].weight]),
);

/** Longest time, at pace 1, for which a transferred call keeps an agent: talk and wrap-up. */
export const LONGEST_HOLD_MS = 10_000;

/** Everything that chance decides about one call, in milliseconds at pace 1. */
export interface CallStory {
  readonly outcome: Outcome;
  readonly delayMs: number;
  /** The ringing comes as 183 with a tone instead of 180. */
  readonly hasEarlyMedia: boolean;
  readonly soundVariant: number;
  /** Key for further chance: the numbers of the RTP stream. */
  readonly key: string;
  readonly hangsUpAfterMs: number | undefined;
  readonly agent: AgentStory;
}

/** How long an agent takes for a call. */
export interface AgentStory {
  readonly ringMs: number;
  readonly talkMs: number;
  readonly wrapUpMs: number;
}

export interface StoryRules {
  readonly seed: number;
  readonly mix: OutcomeMix;
  /** The last two digits of a number choose the outcome where a plan has them; the mix decides about the others. */
  readonly scripted: boolean;
}

/** The story of the call number `tries` (from 1) to a number (digits); depends on nothing else. */
export function drawStory(rules: StoryRules, number: string, tries: number): CallStory {
  const key = `${rules.seed}|${number}|${tries}`;
  const random = seededRandom(key);
  // Drawn in this order whatever comes out, so that a changed mix changes outcomes but not the times.
  const drawn = draw(rules.mix, random.next());
  const outcome = (rules.scripted ? scriptedOutcome(number) : undefined) ?? drawn;
  const plan = OUTCOME_PLANS[outcome];
  const { final } = plan;
  return {
    outcome,
    delayMs: random.between(...plan.delayMs),
    hasEarlyMedia: random.next() < 0.25,
    soundVariant: Math.floor(random.between(0, 1000)),
    key,
    hangsUpAfterMs:
      final.kind === 'answer' && final.hangsUpAfterMs ? random.between(...final.hangsUpAfterMs) : undefined,
    agent: drawAgentStory(key),
  };
}

export function drawAgentStory(key: string): AgentStory {
  const random = seededRandom(`${key}|agent`);
  return {
    ringMs: random.between(300, 1500),
    talkMs: random.between(2000, 8000),
    wrapUpMs: random.between(500, LONGEST_HOLD_MS - 8000),
  };
}

function scriptedOutcome(number: string): Outcome | undefined {
  return OUTCOMES.find((outcome) => number.endsWith(OUTCOME_PLANS[outcome].lastDigits));
}

function draw(mix: OutcomeMix, chance: number): Outcome {
  let left = chance * OUTCOMES.reduce((sum, outcome) => sum + (mix[outcome] ?? 0), 0);
  for (const outcome of OUTCOMES) {
    left -= mix[outcome] ?? 0;
    if (left < 0) return outcome;
  }
  // Only rounding gets here.
  return OUTCOMES.find((outcome) => (mix[outcome] ?? 0) > 0) ?? Outcome.NO_ANSWER;
}

/** Throws for weights that cannot be drawn from. */
export function checkMix(mix: OutcomeMix): void {
  const weights = OUTCOMES.map((outcome) => mix[outcome] ?? 0);
  if (!weights.every((weight) => Number.isFinite(weight) && weight >= 0) || !weights.some((weight) => weight > 0)) {
    throw new RangeError('The weights of the outcomes must be 0 or more, and one of them above 0.');
  }
}
