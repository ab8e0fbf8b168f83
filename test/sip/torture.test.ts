import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AnsweredCall } from '../../src/engine/contracts/telephony.js';
import { answeredCall, expectAnswer } from '../support/answered-call.js';
import { type PhoneMessage, ScriptedPhone } from '../support/scripted-phone.js';
import { openBench, type SipBench } from '../support/sip-bench.js';
import { illegal, legal, type TortureMessage } from './torture-messages.js';

const escaped: unknown[] = [];
const onEscaped = (error: unknown): void => {
  escaped.push(error);
};
beforeAll(() => void process.on('uncaughtException', onEscaped).on('unhandledRejection', onEscaped));
afterAll(() => void process.off('uncaughtException', onEscaped).off('unhandledRejection', onEscaped));

const all: readonly TortureMessage[] = [...legal, ...illegal];
const isAnswer = ({ method, cseqMethod }: PhoneMessage): boolean => method === null && cseqMethod !== 'BYE';

describe.each(['UDP', 'TCP'] as const)('over %s', (transport) => {
  let bench: SipBench;
  let answer: AnsweredCall;
  let invite: PhoneMessage;
  let peer: ScriptedPhone;
  let port: number;
  beforeAll(async () => {
    bench = await openBench({}, {}, { transport });
    ({ answer, invite } = await answeredCall(bench));
    port = transport === 'UDP' ? bench.telephony.localPort : Number(/:(\d+);/.exec(invite.header('Contact'))?.[1]);
  });
  beforeEach(async () => {
    peer = await ScriptedPhone.open({ transport });
  });
  afterEach(async () => {
    await peer.close();
    expect(escaped).toEqual([]);
  });
  afterAll(async () => {
    await answer.hangUp();
    await bench.close();
  });

  /** A request whose answer shows that everything sent before it has been dealt with. */
  const askAfterwards = async (): Promise<void> => {
    peer.send(
      [
        'OPTIONS sip:dialer@dialer.invalid SIP/2.0',
        `Via: SIP/2.0/${transport} 127.0.0.1:9;branch=z9hG4bKafterwards`,
        'From: <sip:a@peer.invalid>;tag=1',
        'To: <sip:b@dialer.invalid>',
        'Call-ID: afterwards',
        'CSeq: 1 OPTIONS',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
      port,
    );
    await peer.next((message) => message.header('Call-ID') === 'afterwards');
  };

  test.each(all)('$name, $trait: $status', async ({ text, status, overTcp, name }) => {
    const expected = transport === 'TCP' && overTcp ? overTcp : { status, ends: false };
    peer.send(text, port);
    if (expected.status !== null) expect((await peer.next(isAnswer)).status).toBe(expected.status);
    if (expected.ends) await peer.dropped(port);
    if (transport === 'TCP' && overTcp) return;
    await askAfterwards();
    const others = peer.log.filter((message) => isAnswer(message) && message.header('Call-ID') !== 'afterwards');
    const wanted = expected.status === null ? [] : [expected.status];
    // On a stream the second message of the two is one of its own.
    expect(others.map((message) => message.status)).toEqual(
      name === 'dblreq' && transport === 'TCP' ? [405, 486] : wanted,
    );
  });

  test.each(all)('$name as part of a call does not end it', async ({ text, overTcp }) => {
    const inCall = text
      .replace(/^Call-ID:.*$/im, `Call-ID: ${invite.header('Call-ID')}`)
      .replace(/^To *:(?:[^\r]|\r\n[ \t])*/im, `To: ${invite.header('From')}`)
      .replace(/^From *:(?:[^\r]|\r\n[ \t])*/im, `From: ${invite.header('To')};tag=phone`);
    peer.send(inCall, port);
    // Where a stream ends with it, or waits for its rest, nothing would be answered.
    if (transport === 'UDP' || !overTcp) await askAfterwards();
  });

  test('the call that all this was said within is still there, and so is the next one', async () => {
    const ended = await Promise.race([answer.ended, Promise.resolve('up')]);
    expect(ended).toBe('up');
    const next = bench.call();
    const nextInvite = await bench.phone.next('INVITE');
    bench.phone.reply(nextInvite, 180, { phrase: '' });
    bench.phone.reply(nextInvite, 200, { sdp: true, phrase: 'Gesprächsbeginn 通話' });
    await (await expectAnswer(next.answerOrFailure)).hangUp();
    expect(next.ringing()).toBe(1);
  });
});
