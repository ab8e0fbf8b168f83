import { describe, expect, test } from '@jest/globals';
import { MessageFramer } from '../../src/engine/sip/transport/message-framer.js';

const message = (callId: string, body: string, length = `Content-Length: ${Buffer.byteLength(body)}`): string =>
  ['MESSAGE sip:a@b SIP/2.0', `Call-ID: ${callId}`, ...(length === '' ? [] : [length]), '', body].join('\r\n');

const frame = (chunks: readonly Buffer[]): { messages: string[]; pings: number; pongs: number; ok: boolean } => {
  const messages: string[] = [];
  let pings = 0;
  const framer = new MessageFramer({ onMessage: (text) => messages.push(text), onPing: () => pings++ });
  const ok = chunks.every((chunk) => framer.push(chunk));
  return { messages, pings, pongs: framer.pongs, ok };
};

const first = message('1', 'Grüße aus 東京 \u{1f4de}');
const second = message('2', '', 'l :\r\n 0');
const third = message('3', 'Straße\r\n\r\nzwei', `Content-Length:  ${Buffer.byteLength('Straße\r\n\r\nzwei')} `);
const stream = Buffer.from(`\r\n${first}${second}\r\n\r\n${third}`);
const expected = { messages: [first, second, third], pings: 1, pongs: 1, ok: true };

describe('messages on a stream', () => {
  test('are cut out of one chunk', () => {
    expect(frame([stream])).toEqual(expected);
  });

  test('are put together wherever the stream is split', () => {
    for (let at = 1; at < stream.length; at++) {
      expect(frame([stream.subarray(0, at), stream.subarray(at)])).toEqual(expected);
    }
  });

  test('are put together from single bytes', () => {
    expect(frame(Array.from(stream, (byte) => Buffer.from([byte])))).toEqual(expected);
  });

  test('need no Content-Length where no Content-Type speaks of a body', () => {
    const bare = message('4', '', '');
    expect(frame([Buffer.from(bare + first)])).toMatchObject({ messages: [bare, first], ok: true });
  });

  test.each([
    ['is missing and there is a body', 'Content-Type: text/plain'],
    ['is negative', 'Content-Length: -5'],
    ['is no number', 'Content-Length: many'],
    ['is told twice, differently', 'Content-Length: 3\r\nl: 4'],
  ])('end with a head whose length %s, which is handed on to be refused', (_what, length) => {
    const { ok, messages } = frame([Buffer.from(message('5', 'body', length))]);
    expect(ok).toBe(false);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(/Call-ID: 5[^]*\r\nContent-Length: unknown\r\n\r\n$/);
  });

  test.each([
    ['something else at its beginning', Buffer.from([0x16, 0x03, 0x01])],
    ['a head without end', Buffer.from(`MESSAGE sip:a@b SIP/2.0\r\nX: ${'x'.repeat(70_000)}`)],
    ['a body too long', Buffer.from(message('6', '', 'Content-Length: 66000'))],
  ])('are given up at %s', (_what, chunk) => {
    expect(frame([chunk])).toMatchObject({ messages: [], ok: false });
  });
});
