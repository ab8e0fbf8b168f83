import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AmiFormatError, AmiReader, encodeAction, type AmiMessage } from '../../src/engine/agents/ami/ami-codec.js';
import { EslFormatError, EslReader, type EslMessage } from '../../src/engine/agents/esl/esl-codec.js';

/** Cuts bytes at any places. */
function inPieces(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((end, index) => bytes.subarray(places[index - 1] ?? 0, end));
}

const cuts = fc.array(fc.nat(), { maxLength: 20 });
const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/);
const line = fc.string({ unit: 'grapheme', maxLength: 50 }).map((text) => text.replace(/[\r\n]/g, '').trim());

describe('the reader of the manager interface', () => {
  const read = (pieces: readonly Buffer[]): readonly AmiMessage[] => {
    const reader = new AmiReader();
    return pieces.flatMap((piece) => reader.push(piece));
  };
  const banner = 'Asterisk Call Manager/12.0.0\r\n';

  test('reads what was written, however it is cut into packets', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(word, line, { minKeys: 1 }), { maxLength: 5 }), cuts, (blocks, at) => {
        const bytes = Buffer.from(banner + blocks.map(encodeAction).join(''));
        const messages = read(inPieces(bytes, at));
        expect(messages).toHaveLength(blocks.length);
        for (const [index, block] of blocks.entries()) {
          const [key, value] = Object.entries(block)[0] ?? ['', ''];
          expect(messages[index]?.text(key)).toBe(value);
        }
      }),
    );
  });

  test('takes any bytes, or says that they are none of its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), cuts, (noise, at) => {
        const reader = new AmiReader();
        try {
          reader.push(Buffer.from(banner));
          for (const piece of inPieces(Buffer.from(noise), at)) reader.push(piece);
        } catch (error) {
          expect(error).toBeInstanceOf(AmiFormatError);
        }
      }),
    );
  });

  test('does not keep a line or a message without end', () => {
    const endless = (text: string) => () => {
      const reader = new AmiReader();
      reader.push(Buffer.from(banner));
      for (let turn = 0; turn < 20_000; turn++) reader.push(Buffer.from(text));
    };
    expect(endless('x')).toThrow(AmiFormatError);
    expect(endless('Key: value\r\n')).toThrow(AmiFormatError);
  });

  test('a line break cannot smuggle in a field', () => {
    expect(() => encodeAction({ Queue: 'sales\r\nAction: Originate' })).toThrow(AmiFormatError);
  });
});

describe('the reader of the event socket', () => {
  const read = (pieces: readonly Buffer[]): readonly EslMessage[] => {
    const reader = new EslReader();
    return pieces.flatMap((piece) => reader.push(piece));
  };

  test('reads what was written, however it is cut into packets', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 5 }), cuts, (bodies, at) => {
        const text = bodies
          .map((body) => `Content-Length: ${Buffer.byteLength(body)}\nContent-Type: api/response\n\n${body}`)
          .join('');
        expect(read(inPieces(Buffer.from(text), at)).map(({ body }) => body)).toEqual(
          bodies.map((body) => Buffer.from(body).toString()),
        );
      }),
    );
  });

  test('takes any bytes, or says that they are none of its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), cuts, (noise, at) => {
        try {
          read(inPieces(Buffer.from(noise), at));
        } catch (error) {
          expect(error).toBeInstanceOf(EslFormatError);
        }
      }),
    );
  });

  test.each(['Content-Type: x\nContent-Length: 99999999\n\n', 'Content-Type: x\nContent-Length: -1\n\n', 'a: b\n\n'])(
    'refuses %j',
    (text) => {
      expect(() => read([Buffer.from(text)])).toThrow(EslFormatError);
    },
  );

  test('does not keep headers without end', () => {
    expect(() => read([Buffer.from('x: y\n'.repeat(10_000))])).toThrow(EslFormatError);
  });
});
