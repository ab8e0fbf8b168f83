import type { AnsweredCall, CallFailure, CallRequest } from '../../src/engine/contracts/telephony.js';
import type { PhoneMessage } from './scripted-phone.js';
import type { SipBench } from './sip-bench.js';

export const expectAnswer = async (promise: Promise<AnsweredCall | CallFailure>): Promise<AnsweredCall> => {
  const outcome = await promise;
  if (outcome.kind !== 'answered') throw new Error(`Not answered: ${JSON.stringify(outcome)}`);
  return outcome;
};

export const expectFailure = async (promise: Promise<AnsweredCall | CallFailure>): Promise<CallFailure> => {
  const outcome = await promise;
  if (outcome.kind !== 'failed') throw new Error('Answered');
  return outcome;
};

/** A call that the phone has answered at once, its ACK taken. */
export const answeredCall = async (
  bench: SipBench,
  over: Partial<CallRequest> = {},
): Promise<{ answer: AnsweredCall; invite: PhoneMessage }> => {
  const { phone } = bench;
  const outbound = bench.call(over);
  const invite = await phone.next('INVITE');
  phone.reply(invite, 200, { sdp: true });
  const answer = await expectAnswer(outbound.answerOrFailure);
  await phone.next('ACK');
  return { answer, invite };
};
