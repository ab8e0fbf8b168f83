import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { HttpDncService } from '../../src/engine/dnc/http-dnc-service.js';
import { type Behaviour, authority, saying, ScriptedDnc, sending } from '../support/scripted-dnc.js';

const NUMBER = '+554181021119';
const YES = '{"number":"554181021119","doNotCall":true}';

describe('a do-not-call service over HTTP', () => {
  let server: ScriptedDnc;
  const services: HttpDncService[] = [];

  beforeEach(async () => {
    server = await ScriptedDnc.start();
  });

  afterEach(async () => {
    for (const service of services.splice(0)) service.close();
    await server.close();
  });

  function serviceAt(url: string, more: { timeoutMs?: number; caCertificate?: string | null } = {}): HttpDncService {
    const service = new HttpDncService({ url, caCertificate: null, timeoutMs: 2000, ...more });
    services.push(service);
    return service;
  }

  async function outage(behaviour: Behaviour, timeoutMs = 2000): Promise<string> {
    server.behave = behaviour;
    const service = serviceAt(server.url, { timeoutMs });
    const { answer, message } = await service.ask(NUMBER);
    expect(answer).toBe('OUT_OF_SERVICE');
    expect(service.lastMessage).toBe(message);
    return message ?? '';
  }

  test('is asked by one POST, with the digits of the number, as product.md has it', async () => {
    server.behave = saying(true);
    expect(await serviceAt(server.url).check(NUMBER)).toBe('DO_NOT_CALL');
    expect(server.questions).toEqual([
      expect.objectContaining({ method: 'POST', path: '/check', body: '{"number":"554181021119"}' }),
    ]);
    expect(server.questions[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
  });

  test('gives leave to call by false alone', async () => {
    server.behave = saying(false);
    expect(await serviceAt(server.url).ask(NUMBER)).toEqual({ answer: 'MAY_CALL', message: null });
  });

  test('may write its answer with blanks, and its members in the other order', async () => {
    server.behave = sending('\r\n { "doNotCall" : false ,\n\t"number" : "554181021119" } \n');
    expect(await serviceAt(server.url).check(NUMBER)).toBe('MAY_CALL');
    server.behave = sending('{ "number": "554181021119", "doNotCall": true }\n');
    expect(await serviceAt(server.url).check(NUMBER)).toBe('DO_NOT_CALL');
  });

  test.each([
    ['nothing', ''],
    ['no JSON', '<html>OK</html>'],
    ['another number', '{"number":"554181021118","doNotCall":false}'],
    ['the number with a plus', '{"number":"+554181021119","doNotCall":false}'],
    ['the number as a number', '{"number":554181021119,"doNotCall":false}'],
    ['a number with blanks', '{"number":"5541 81021119","doNotCall":false}'],
    ['no number', '{"doNotCall":false}'],
    ['no answer', '{"number":"554181021119"}'],
    ['the answer as a text', '{"number":"554181021119","doNotCall":"false"}'],
    ['null', '{"number":"554181021119","doNotCall":null}'],
    ['zero', '{"number":"554181021119","doNotCall":0}'],
    ['keys in other case', '{"Number":"554181021119","donotcall":false}'],
    ['two answers', '{"number":"554181021119","doNotCall":true,"doNotCall":false}'],
    ['a further member', '{"number":"554181021119","doNotCall":false,"until":"noon"}'],
    ['a list', '[{"number":"554181021119","doNotCall":false}]'],
    ['two objects', `${YES}${YES}`],
    ['half an object', '{"number":"554181021119","doNotCall":fal'],
  ])('is out of service when its answer is %s', async (_what, text) => {
    expect(await outage(sending(text))).toMatch(/^Its answer is not/);
  });

  test.each([201, 204, 301, 302, 307, 400, 401, 404, 429, 500, 503])(
    'is out of service with the status %i, whatever stands in the body',
    async (status) => {
      const target = await ScriptedDnc.start();
      const message = await outage(sending(status === 204 ? '' : YES, status, { location: target.url }));
      expect(message).toBe(`It answered with the HTTP status ${status} instead of 200.`);
      // Neither a redirect nor a second try.
      expect(target.questions).toEqual([]);
      expect(server.questions).toHaveLength(1);
      await target.close();
    },
  );

  test('has its time for the whole answer, and no more', async () => {
    const begun = performance.now();
    expect(await outage(() => undefined, 300)).toBe('It did not answer within 300 ms.');
    const dripping: Behaviour = (_question, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(timer));
    };
    expect(await outage(dripping, 300)).toBe('It did not answer within 300 ms.');
    expect(performance.now() - begun).toBeLessThan(1500);
  });

  test('may be slower than an idle connection is kept', async () => {
    server.behave = (question, response) => void setTimeout(() => saying(true)(question, response), 1200);
    expect(await serviceAt(server.url).check(NUMBER)).toBe('DO_NOT_CALL');
  });

  test('is not read to the end of an endless answer', async () => {
    const begun = performance.now();
    const message = await outage((_question, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    expect(message).toBe('Its answer is larger than 4096 bytes.');
    expect(performance.now() - begun).toBeLessThan(1500);
  });

  test('does not send what is compressed', async () => {
    expect(await outage(sending('\u001f\u008b', 200, { 'content-encoding': 'gzip' }))).toMatch(/^Its answer is not/);
    expect(server.questions[0]?.headers['accept-encoding']).toBeUndefined();
  });

  test('is out of service when it hangs up, is not there, or speaks something else', async () => {
    expect(await outage((_question, response) => response.destroy())).toMatch(/^It cannot be reached/);
    expect(server.questions).toHaveLength(1);
    const half: Behaviour = (_question, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write(YES, () => response.destroy());
    };
    expect(await outage(half)).toMatch(/^It cannot be reached/);
    const echo = createServer((socket) => socket.resume().end('SSH-2.0-OpenSSH\r\n'));
    await new Promise<void>((listening) => echo.listen(0, '127.0.0.1', listening));
    const { port } = echo.address() as AddressInfo;
    expect(await serviceAt(`http://127.0.0.1:${port}/`).check(NUMBER)).toBe('OUT_OF_SERVICE');
    await new Promise((closed) => echo.close(closed));
    expect(await serviceAt(`http://127.0.0.1:${port}/`).ask(NUMBER)).toMatchObject({
      message: expect.stringMatching(/^It cannot be reached: .*ECONNREFUSED/),
    });
  });

  test('is asked many times over few connections', async () => {
    const service = serviceAt(server.url);
    for (let turn = 0; turn < 50; turn++) expect(await service.check(NUMBER)).toBe('MAY_CALL');
    expect(server.connections).toBe(1);
  });

  test('is not asked at all where numbers must not be sent to', async () => {
    for (const url of ['http://192.0.2.1/', 'ftp://localhost/', 'http://localhost.example.com/', 'nonsense']) {
      expect(await serviceAt(url).ask(NUMBER)).toMatchObject({ answer: 'OUT_OF_SERVICE' });
    }
  });

  test('never rejects, whatever it is asked', async () => {
    expect(await serviceAt(server.url).check('')).toBe('OUT_OF_SERVICE');
  });
});

describe('a do-not-call service over HTTPS', () => {
  async function ask(certificate: 'good' | 'other' | 'expired', caCertificate: string | null) {
    const server = await ScriptedDnc.start(certificate);
    const service = new HttpDncService({ url: server.url, caCertificate, timeoutMs: 2000 });
    const reply = await service.ask(NUMBER);
    service.close();
    await server.close();
    return { ...reply, asked: server.questions.length };
  }

  test('is trusted with an authority of its own', async () => {
    expect(await ask('good', authority)).toEqual({ answer: 'MAY_CALL', message: null, asked: 1 });
    expect(await ask('good', `Some words before.\n${authority}\n${authority}`)).toMatchObject({ answer: 'MAY_CALL' });
  });

  test.each([
    ['of an unknown authority', 'good', null, /UNABLE|unable|issuer|verify/],
    ['for another name', 'other', authority, /does not match|altnames/i],
    ['that has expired', 'expired', authority, /expired/],
  ] as const)('with a certificate %s is out of service, and learns no number', async (_what, name, ca, why) => {
    const { answer, message, asked } = await ask(name, ca);
    expect({ answer, asked }).toEqual({ answer: 'OUT_OF_SERVICE', asked: 0 });
    expect(message).toMatch(/^Its certificate is not accepted/);
    expect(message).toMatch(why);
  });

  test('is verified even where the environment says not to', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      expect(await ask('good', null)).toMatchObject({ answer: 'OUT_OF_SERVICE', asked: 0 });
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });
});
