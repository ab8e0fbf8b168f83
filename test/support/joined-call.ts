import type { AnsweredCall, CallRequest, Conversation, TransferOutcome } from '../../src/engine/contracts/telephony.js';
import { expectAnswer } from './answered-call.js';
import type { PhoneMessage, ScriptedPhone } from './scripted-phone.js';
import type { SipBench } from './sip-bench.js';

/** A customer who waits for the pilot; both are dialogs of the bench's phone, told apart by their Call-IDs. */
export interface WaitingCustomer {
  readonly answer: AnsweredCall;
  /** The INVITEs that began the two dialogs. */
  readonly customer: PhoneMessage;
  readonly pilot: PhoneMessage;
  readonly outcome: Promise<TransferOutcome>;
}

export interface WaitOptions {
  readonly customerSdp?: string;
  readonly customerHeaders?: readonly string[];
  readonly mode?: 'REFER' | 'REINVITE';
  readonly timeoutMs?: number;
  readonly request?: Partial<CallRequest>;
}

export const answeredBy = async (
  bench: SipBench,
  { customerSdp, customerHeaders, request }: WaitOptions = {},
): Promise<{ answer: AnsweredCall; customer: PhoneMessage }> => {
  const { phone } = bench;
  const call = bench.call(request);
  const customer = await phone.next('INVITE');
  const sdp = customerSdp ?? phone.sdp(4_000);
  phone.reply(customer, 200, { sdp, tag: 'customer', ...(customerHeaders && { headers: customerHeaders }) });
  const answer = await expectAnswer(call.answerOrFailure);
  await phone.next('ACK');
  return { answer, customer };
};

export const waitForPilot = async (bench: SipBench, options: WaitOptions = {}): Promise<WaitingCustomer> => {
  const { answer, customer } = await answeredBy(bench, options);
  const { mode = 'REINVITE', timeoutMs = 20_000 } = options;
  const outcome = answer.transfer({ mode, pilotNumber: '9000', timeoutMs });
  // On a machine that stalls, the customer's INVITE may come twice.
  const isPilots = (message: PhoneMessage): boolean =>
    message.method === 'INVITE' && message.header('Call-ID') !== customer.header('Call-ID');
  return { answer, customer, outcome, pilot: await bench.phone.next(isPilots) };
};

export const answerPilot = async ({ pilot }: WaitingCustomer, phone: ScriptedPhone, sdp?: string): Promise<void> => {
  phone.reply(pilot, 200, { sdp: sdp ?? phone.sdp(5_000), tag: 'pilot' });
  await phone.next('ACK');
};

/** A re-INVITE of the dialer's within the dialog that `invite` began. */
export const nextReinvite = (phone: ScriptedPhone, invite: PhoneMessage): Promise<PhoneMessage> =>
  phone.next(
    (message) =>
      message.method === 'INVITE' &&
      message.header('Call-ID') === invite.header('Call-ID') &&
      message.header('To').includes(';tag='),
  );

export const nextBye = (phone: ScriptedPhone, invite: PhoneMessage): Promise<PhoneMessage> =>
  phone.next((message) => message.method === 'BYE' && message.header('Call-ID') === invite.header('Call-ID'));

export interface JoinedCall extends WaitingCustomer {
  readonly conversation: Conversation;
}

export const conversationOf = async (outcome: Promise<TransferOutcome>): Promise<Conversation> => {
  const known = await outcome;
  if (known.kind !== 'completed' || !known.conversation) throw new Error(`No conversation: ${JSON.stringify(known)}`);
  return known.conversation;
};

/** Customer and pilot are joined end to end: the customer at port 4000, the pilot at port 5000. */
export const joinedCall = async (bench: SipBench, options: WaitOptions = {}): Promise<JoinedCall> => {
  const { phone } = bench;
  const waiting = await waitForPilot(bench, options);
  await answerPilot(waiting, phone);
  phone.reply(await nextReinvite(phone, waiting.customer), 200, { sdp: phone.sdp(4_000), tag: 'customer' });
  phone.reply(await nextReinvite(phone, waiting.pilot), 200, { sdp: phone.sdp(5_000), tag: 'pilot' });
  await Promise.all([phone.next('ACK'), phone.next('ACK')]);
  return { ...waiting, conversation: await conversationOf(waiting.outcome) };
};
