import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { authorize, readChallenges } from '../../src/engine/sip/digest.js';
import { answeredCall, expectAnswer, expectFailure } from '../support/answered-call.js';
import { openBench, type SipBench } from '../support/sip-bench.js';

const response = (...lines: string[]): string => `SIP/2.0 401 No\r\n${lines.join('\r\n')}\r\n\r\n`;

describe('the answer to a challenge', () => {
  // RFC 7616, 3.9.1, with the client nonce and the quoted realm of the example.
  const nonce = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v';
  const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
  test.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('by %s is that of RFC 7616', (algorithm, expected) => {
    const [challenge] = readChallenges(
      response(
        `WWW-Authenticate: Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="${nonce}"`,
      ),
    );
    if (!challenge) throw new Error('No challenge');
    const header = authorize(
      challenge,
      { username: 'Mufasa', password: 'Circle of Life' },
      'GET',
      '/dir/index.html',
      cnonce,
    );
    expect(header).toContain(`response="${expected}"`);
    expect(header).toContain(`algorithm=${algorithm}`);
    expect(header).toContain('qop=auth, nc=00000001');
  });

  test('takes the strongest of several challenges that we know', () => {
    const challenges = readChallenges(
      response(
        'WWW-Authenticate: Digest realm="a", nonce="1", algorithm=MD5',
        'WWW-Authenticate: Digest realm="a", nonce="2", algorithm=ROT13',
        'WWW-Authenticate: Digest realm="a",\r\n nonce="3", algorithm="SHA-256"',
        'Proxy-Authenticate: Digest realm="p\\"q", nonce="4", stale=TRUE',
        'WWW-Authenticate: Digest realm="a", nonce="5", qop="auth-int"',
      ),
    );
    expect(challenges.map(({ nonce: value }) => value)).toEqual(['3', '1', '4']);
    expect(challenges[2]).toMatchObject({ header: 'proxy-authorization', realm: 'p"q', stale: true });
  });
});

describe('an INVITE that is challenged', () => {
  let bench: SipBench;
  beforeEach(async () => {
    bench = await openBench({}, { username: 'alice', password: 'secret-word' });
  });
  afterEach(() => bench.close());

  test('by the proxy and then by the server is sent with both credentials', async () => {
    const { phone } = bench;
    const call = bench.call();
    phone.reply(await phone.next('INVITE'), 407, { headers: ['Proxy-Authenticate: Digest realm="p", nonce="1"'] });
    phone.reply(await phone.next('INVITE'), 401, {
      headers: ['WWW-Authenticate: Digest realm="s", nonce="2", algorithm=MD5-sess, qop=auth'],
    });
    const third = await phone.next('INVITE');
    expect(third.header('Proxy-Authorization')).toContain('realm="p"');
    expect(third.header('Authorization')).toContain('algorithm=MD5-sess');
    expect(third.cseq).toBe(3);
    phone.reply(third, 200, { sdp: true });
    await (await expectAnswer(call.answerOrFailure)).hangUp();
    expect(bench.log.lines.join('\n')).not.toContain('secret-word');
  });

  test('again with the same realm has failed, unless the nonce was stale', async () => {
    const { phone } = bench;
    const call = bench.call();
    const challenge = (nonce: string, stale = ''): { headers: string[] } => ({
      headers: [`Proxy-Authenticate: Digest realm="p", nonce="${nonce}"${stale}`],
    });
    phone.reply(await phone.next('INVITE'), 407, challenge('1'));
    phone.reply(await phone.next('INVITE'), 407, challenge('2', ', stale=true'));
    phone.reply(await phone.next('INVITE'), 407, challenge('3', ', stale=true'));
    expect(await expectFailure(call.answerOrFailure)).toMatchObject({ sipStatus: 407 });
    expect(phone.count('INVITE')).toBe(3);
  });

  test('is cancelled though the cancel was asked for before the challenge', async () => {
    const { phone } = bench;
    const call = bench.call();
    const first = await phone.next('INVITE');
    call.cancel('campaign-stopped');
    phone.reply(first, 407, { headers: ['Proxy-Authenticate: Digest realm="p", nonce="1"'] });
    const second = await phone.next('INVITE');
    phone.reply(second, 180);
    expect((await phone.next('CANCEL')).branch).toBe(second.branch);
    phone.reply(second, 487);
    expect(await expectFailure(call.answerOrFailure)).toMatchObject({ localCause: 'cancelled' });
  });

  test('and its BYE too is ended', async () => {
    const { phone } = bench;
    phone.on.delete('BYE');
    const { answer } = await answeredCall(bench);
    const over = answer.hangUp();
    const bye = await phone.next('BYE');
    phone.reply(bye, 401, { headers: ['WWW-Authenticate: Digest realm="s", nonce="2"'] });
    const again = await phone.next('BYE');
    expect(again.header('Authorization')).toContain('username="alice"');
    phone.reply(again, 200);
    await over;
  });
});

describe('a trunk without a password', () => {
  test('passes the 401 on', async () => {
    const bench = await openBench();
    const call = bench.call();
    bench.phone.reply(await bench.phone.next('INVITE'), 401, {
      headers: ['WWW-Authenticate: Digest realm="s", nonce="2"'],
    });
    expect(await expectFailure(call.answerOrFailure)).toMatchObject({ sipStatus: 401 });
    await bench.close();
  });
});
