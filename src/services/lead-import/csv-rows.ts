/**
 * Reads CSV (RFC 4180: commas, quotes, quoted fields over several lines) from pieces of text. Unlike the parsers of the
 * registry it knows the line on which each row begins, and a row that is wrong costs that row alone: reading goes on at
 * the next line, whereas a stray quote makes those parsers swallow what follows.
 */
export type CsvRow =
  | { readonly line: number; readonly fields: readonly string[]; readonly problem?: undefined }
  | { readonly line: number; readonly fields?: undefined; readonly problem: string };

/** Lines that one quoted row may have; past that, its quote was never meant to open a field. */
const MAX_LINES_OF_ROW = 50;
/** Characters of a line. A file without line ends must not be held in memory. */
const MAX_LINE_LENGTH = 1_000_000;

/** The file is no CSV at all; the message goes to the client. */
export class NotCsv extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NotCsv';
  }
}

export class CsvRows {
  /** Lines that are complete but not yet part of a row, from `head` on. */
  private lines: string[] = [];
  private head = 0;
  /** Number of the line at `head`, from 1. */
  private line = 1;
  private rest = '';

  /** The rows that are complete with this piece. Blank lines are left out. */
  push(piece: string): CsvRow[] {
    const text = this.rest + piece;
    const lines = text.split(/\r\n|\n|\r(?=[^\n])/);
    // The last one may go on in the next piece; so may a line end, if the piece ends between CR and LF.
    this.rest = lines.pop() ?? '';
    if (this.rest.length > MAX_LINE_LENGTH) {
      throw new NotCsv(
        `Line ${this.line + this.lines.length - this.head + lines.length} is longer than ${MAX_LINE_LENGTH} characters.`,
      );
    }
    this.lines = this.lines.slice(this.head).concat(lines);
    this.head = 0;
    return this.take(false);
  }

  /** The rows that are left at the end of the file. */
  end(): CsvRow[] {
    const last = this.rest.replace(/\r$/, '');
    this.rest = '';
    if (last !== '') this.lines.push(last);
    return this.take(true);
  }

  private take(isEnd: boolean): CsvRow[] {
    const rows: CsvRow[] = [];
    for (let first = this.lines[this.head]; first !== undefined; first = this.lines[this.head]) {
      if (first.trim() === '') {
        this.advance(1);
        continue;
      }
      if (!first.includes('"')) {
        rows.push({ line: this.line, fields: first.split(',').map((field) => field.trim()) });
        this.advance(1);
        continue;
      }
      const read = this.readQuoted(isEnd);
      if (read === undefined) break;
      rows.push(read.row);
      this.advance(read.lineCount);
    }
    return rows;
  }

  /** The row at `head`; undefined if it may go on in what has not come yet. */
  private readQuoted(isEnd: boolean): { row: CsvRow; lineCount: number } | undefined {
    const reader = new RowReader();
    for (let lineCount = 1; lineCount <= MAX_LINES_OF_ROW; lineCount++) {
      const next = this.lines[this.head + lineCount - 1];
      if (next === undefined) {
        if (!isEnd) return undefined;
        break;
      }
      const state = reader.feed(next);
      if (state === 'COMPLETE') return { row: { line: this.line, fields: reader.fields }, lineCount };
      if (state === 'WRONG') return { row: this.wrong('text follows the closing quote of a field'), lineCount: 1 };
    }
    return { row: this.wrong(`a quote is opened and not closed within ${MAX_LINES_OF_ROW} lines`), lineCount: 1 };
  }

  private wrong(problem: string): CsvRow {
    return { line: this.line, problem };
  }

  private advance(lineCount: number): void {
    this.head += lineCount;
    this.line += lineCount;
  }
}

/** The fields of one row, line by line. A quote inside a field that does not begin with one stands for itself. */
class RowReader {
  readonly fields: string[] = [];
  private quoted = '';
  private isQuoted = false;

  feed(line: string): 'COMPLETE' | 'OPEN' | 'WRONG' {
    let at = 0;
    if (this.isQuoted) this.quoted += '\n';
    for (;;) {
      if (!this.isQuoted) {
        at = skipBlanks(line, at);
        if (line[at] !== '"') {
          const comma = line.indexOf(',', at);
          this.fields.push(line.slice(at, comma === -1 ? undefined : comma).trim());
          if (comma === -1) return 'COMPLETE';
          at = comma + 1;
          continue;
        }
        this.quoted = '';
        at++;
      }
      const end = this.readQuoted(line, at);
      this.isQuoted = end === undefined;
      if (end === undefined) return 'OPEN';
      this.fields.push(this.quoted.trim());
      at = skipBlanks(line, end);
      if (at === line.length) return 'COMPLETE';
      if (line[at] !== ',') return 'WRONG';
      at++;
    }
  }

  /** Where the quoted field ends; undefined if it goes on in the next line. */
  private readQuoted(line: string, from: number): number | undefined {
    let at = from;
    for (;;) {
      const quote = line.indexOf('"', at);
      this.quoted += line.slice(at, quote === -1 ? undefined : quote);
      if (quote === -1) return undefined;
      if (line[quote + 1] !== '"') return quote + 1;
      this.quoted += '"';
      at = quote + 2;
    }
  }
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ' || line[at] === '\t') at++;
  return at;
}
