import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CsvRows } from '../../src/services/lead-import/csv-rows.js';
import type { CsvRow } from '../../src/services/lead-import/delimited-rows.js';
import { textPieces } from '../../src/services/lead-import/text-pieces.js';

const MALFORMED = 'MALFORMED';

function rowsOf(pieces: readonly string[]): CsvRow[] {
  const rows = new CsvRows();
  return pieces.flatMap((piece) => rows.push(piece)).concat(rows.end());
}

function shown(rows: readonly CsvRow[]): unknown[] {
  return rows.map(({ line, fields }) => [line, ...(fields ?? [MALFORMED])]);
}

function cut<T extends { slice(from: number, to?: number): T; readonly length: number }>(
  text: T,
  cuts: readonly number[],
): T[] {
  const places = [0, ...cuts.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
  return places.slice(1).map((place, index) => text.slice(places[index] ?? 0, place));
}

async function* stream(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}

async function textOf(pieces: readonly Buffer[]): Promise<string> {
  let text = '';
  for await (const piece of textPieces(stream(pieces))) text += piece;
  return text;
}

const cuts = fc.array(fc.nat(), { maxLength: 8 });
const field = fc
  .string({ unit: fc.constantFrom('a', 'é', '"', ',', ';', '\t', ' ', '\n', '\r\n', '𝄞', '\\'), maxLength: 12 })
  .map((text) => text.trim());
const number = fc.integer({ min: 10_000_000, max: 99_999_999 }).map((digits) => `+49${digits}`);

describe('CSV', () => {
  test('what a standard writer writes comes back with the line of each row, in pieces of any size', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ first: field, phone: number, more: fc.array(field, { maxLength: 3 }), blank: fc.boolean() }),
          {
            minLength: 1,
            maxLength: 30,
          },
        ),
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n', '\r'),
        cuts,
        (rows, delimiter, lineEnd, places) => {
          let [text, line] = ['', 1];
          const expected: unknown[] = [];
          for (const { first, phone, more, blank } of rows) {
            const fields = [first, phone, ...more];
            const written = fields
              .map((value) => (/["\r\n,;\t]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value))
              .join(delimiter);
            text += written + lineEnd + (blank ? lineEnd : '');
            expected.push([line, ...fields.map((value) => value.replaceAll('\r\n', '\n'))]);
            line += written.split(/\r\n|\n/).length + (blank ? 1 : 0);
          }
          expect(shown(rowsOf(cut(text, places)))).toEqual(expected);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('rows are the same however the text is cut, whatever is in it', () => {
    const noise = fc.string({
      unit: fc.constantFrom('a', '"', '"', ',', '\t', ' ', '\u00a0', '\n', '\r', ';'),
      maxLength: 60,
    });
    fc.assert(
      fc.property(noise, cuts, (text, places) => {
        const rows = rowsOf([text]);
        expect(rowsOf(cut(text, places))).toEqual(rows);
        // Cut and parser agree on every text: the parser finds as many rows as were cut.
        expect(rows.map((row) => row.problem)).not.toContain('its quotes cannot be read');
      }),
      { numRuns: 2000 },
    );
  });

  test('a malformed row takes no other with it', () => {
    const good = { written: 'a "b" c,1', isGood: true };
    const bad = ['"x"y,1', '"never closed,1', ' "x" z', '"x"\u00a0,1'].map((written) => ({ written, isGood: false }));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(good, good, ...bad), { maxLength: 120 }), cuts, (lines, places) => {
        const text = lines.map(({ written }) => written).join('\n');
        const expected = lines.map(({ isGood }, index) => [index + 1, ...(isGood ? ['a "b" c', '1'] : [MALFORMED])]);
        expect(shown(rowsOf(cut(text, places)))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    [
      'a quote that is never closed',
      `"a,1\n${'b,2\n'.repeat(60)}`,
      [
        [1, MALFORMED],
        [2, 'b', '2'],
        [61, 'b', '2'],
      ],
    ],
    [
      'text after a closing quote',
      'a,1\n"x"y,1\nb,2',
      [
        [1, 'a', '1'],
        [2, MALFORMED],
        [3, 'b', '2'],
      ],
    ],
    [
      'a quote that closes after 50 lines',
      `"a${'\n'.repeat(50)}",1\nb,2`,
      [
        [1, MALFORMED],
        [51, MALFORMED],
        [52, 'b', '2'],
      ],
    ],
    [
      'a quoted row of 1,000,000 characters',
      `"${`${'a'.repeat(99_999)}\n`.repeat(11)}",1\nb,2`,
      [
        [1, MALFORMED],
        [12, MALFORMED],
        [13, 'b', '2'],
      ],
    ],
  ])('%s is rejected by its line, and the next line is read', (_name, text, expected) => {
    const rows = shown(rowsOf([text]));
    expect(rows).toEqual(expect.arrayContaining(expected));
    expect(rows[0]).toEqual(expected[0]);
    expect(rows.at(-1)).toEqual(expected.at(-1));
  });

  test('a quoted row may have 50 lines', () => {
    expect(shown(rowsOf([`"a${'\n'.repeat(49)}",1\nb,2`]))).toEqual([
      [1, 'a', '1'],
      [51, 'b', '2'],
    ]);
  });
});

describe('encodings', () => {
  test('text in UTF-8 and UTF-16 comes back in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', 'é', '€', '𝄞', ',', '\n') }),
        fc.constantFrom('utf8', 'mark', 'le', 'be'),
        cuts,
        async (text, encoding, places) => {
          const marked = Buffer.from(`\ufeff${text}`, encoding === 'mark' ? 'utf8' : 'utf16le');
          const bytes = encoding === 'utf8' ? Buffer.from(text) : encoding === 'be' ? marked.swap16() : marked;
          expect(await textOf(cut(bytes, places))).toBe(text);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('Windows-1252 is read byte by byte, and a pair that looks like UTF-8 does not mislead', async () => {
    // „Spaß“ ends in DF 93, which UTF-8 could have.
    const bytes = Buffer.from('\u0084Spa\u00df\u0093, \u00e9\u00e8,\u0080', 'latin1');
    for (const pieces of [[bytes], cut(bytes, [1, 2, 6, 7, 8])]) {
      expect(await textOf(pieces)).toBe('„Spaß“, éè,€');
    }
  });
});
