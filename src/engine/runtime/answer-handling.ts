import type { AmdDetector } from '../contracts/amd-detector.js';
import type { AttemptStep } from '../contracts/attempt-store.js';
import type { StartedCampaign } from '../contracts/campaign-store.js';
import type { Clock } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import type { AnsweredCall, CallEnd, Conversation, SecondCall } from '../contracts/telephony.js';
import type { VoicemailMessages } from '../contracts/voicemail-messages.js';
import type { AmdFinding } from '../domain/amd/finding.js';
import type { Termination } from '../domain/termination.js';
import {
  connectionLost,
  customerHungUp,
  engineStopped,
  machineAnswered,
  transferFailed,
  transferred,
} from '../domain/terminations.js';
import { leaveMessage } from './leave-message.js';

/** How an attempt ended, and what is to be kept with it. */
export interface AnswerOutcome {
  readonly termination: Termination;
  readonly amd?: AmdFinding;
  /** Where a message was to be left on a machine: whether it was played whole. */
  readonly messageLeft?: boolean;
  readonly transferredAt?: Date;
}

export interface AnswerParts {
  readonly call: AnsweredCall;
  readonly campaign: StartedCampaign;
  /** Absent where detection is off. */
  readonly detector: AmdDetector | undefined;
  readonly messages: VoicemailMessages;
  readonly clock: Clock;
  readonly log: Log;
  /** Resolves when the engine is to end at once. */
  readonly aborted: Promise<'aborted'>;
  readonly move: (step: Omit<AttemptStep, 'attemptId' | 'at'>) => void;
  readonly transferBegins: () => void;
  readonly secondCall: SecondCall;
  /** No agent will be needed. */
  readonly messageBegins: () => void;
  /** Resolves when the conversation, if there is one, is kept for a restart. */
  readonly handedOver: (conversation: Conversation | undefined) => Promise<void>;
}

/**
 * What happens to an answered call: person or machine, then the transfer (engine.md, steps 5 and 6). It makes no
 * difference that the campaign was stopped or the call cancelled in the meantime: a person is on the line
 * (sip-outcomes B8, races 1 to 3). Only a forced stop of the engine ends it.
 */
export async function handleAnswer(parts: AnswerParts): Promise<AnswerOutcome> {
  const { call, detector, clock } = parts;
  if (!detector) return transfer(parts, undefined);
  parts.move({ state: 'DETECTING' });
  detector.answered();
  const first = await Promise.race([detector.finding, call.ended, parts.aborted]);
  if (first === 'aborted') return abandon(call, clock);
  if ('by' in first) return { termination: ended(first, clock.now()) };
  if (first.verdict === 'HUMAN' || first.kind === 'HUMAN') return transfer(parts, first);
  const { voicemailMessageId: messageId } = parts.campaign;
  const left = first.kind === 'MACHINE' && messageId !== null ? await message(parts, detector, first, messageId) : null;
  void call.hangUp();
  const termination = machineAnswered(first.kind, clock.now());
  return { termination, amd: first, ...(left !== null && { messageLeft: left }) };
}

async function message(
  parts: AnswerParts,
  detector: AmdDetector,
  amd: AmdFinding,
  messageId: string,
): Promise<boolean> {
  parts.messageBegins();
  try {
    const samples = await parts.messages.load(messageId);
    return samples !== null && (await leaveMessage({ ...parts, detector, decisionMs: amd.decisionMs, samples }));
  } catch (error) {
    parts.log.error({ err: error, messageId }, 'voicemail message not loaded');
    return false;
  }
}

async function transfer(parts: AnswerParts, amd: AmdFinding | undefined): Promise<AnswerOutcome> {
  const { call, campaign, clock, secondCall } = parts;
  const kept = amd ? { amd } : {};
  const { pilotNumber, transferMode: mode, transferTimeoutMs: timeoutMs } = campaign;
  parts.move({ state: 'TRANSFERRING', transferTarget: pilotNumber, ...kept });
  parts.transferBegins();
  // The end of the dialer's leg says nothing here: a peer may send BYE before it tells the outcome (race 11).
  const outcome = await Promise.race([call.transfer({ mode, pilotNumber, timeoutMs, secondCall }), parts.aborted]);
  const at = clock.now();
  if (outcome === 'aborted') return { ...abandon(call, clock), ...kept };
  switch (outcome.kind) {
    case 'completed':
      await parts.handedOver(outcome.conversation);
      return { termination: transferred(at), transferredAt: at, ...kept };
    case 'customer-hung-up':
      return { termination: customerHungUp(at, outcome.evidence), ...kept };
    case 'dialog-lost':
      void call.hangUp();
      return { termination: connectionLost(at, outcome.evidence), ...kept };
    case 'failed':
      void call.hangUp();
      return { termination: transferFailed(at, outcome.evidence), ...kept };
  }
}

/** The BYE leaves at once; whether it is confirmed is not waited for. */
function abandon(call: AnsweredCall, clock: Clock): AnswerOutcome {
  void call.hangUp();
  return { termination: engineStopped(clock.now()) };
}

function ended({ by, ...evidence }: CallEnd, at: Date): Termination {
  switch (by) {
    case 'callee':
      return customerHungUp(at, evidence);
    case 'network':
      return connectionLost(at);
    case 'dialer':
      return engineStopped(at);
  }
}
