/** The file is no CSV at all; the message goes to the client. */
export class NotCsv extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NotCsv';
  }
}

/** The text of one row, and the line of the file on which it begins, from 1. */
export type RecordText =
  | { readonly line: number; readonly text: string; readonly problem?: undefined }
  | { readonly line: number; readonly text?: undefined; readonly problem: string };

export const MAX_LINES_OF_ROW = 50;
/** Characters of a line, and of a row of several. A file without line ends must not be held in memory. */
export const MAX_ROW_LENGTH = 1_000_000;

const NOT_CLOSED = `a quote is opened and not closed within ${MAX_LINES_OF_ROW} lines and ${MAX_ROW_LENGTH} characters`;
const TEXT_AFTER_QUOTE = 'text follows the closing quote of a field';

/**
 * Cuts a file into rows, by its line ends and quotes. The parser behind it cannot go on after a stray quote: it takes all
 * that follows for one field, or stops. Here, a row that is wrong costs its first line alone, and the parser never sees it.
 */
export class RecordTexts {
  /** Lines that are complete but not yet part of a row, from `head` on. */
  private lines: string[] = [];
  private head = 0;
  /** Number of the line at `head`, from 1. */
  private line = 1;
  private rest = '';

  constructor(private readonly delimiter: string) {}

  /** The rows that are complete with this piece. Blank lines are left out, and line ends in quotes are LF. */
  push(piece: string): RecordText[] {
    const lines = (this.rest + piece).split(/\r\n|\n|\r(?=[^\n])/);
    // The last one may go on in the next piece; so may a line end, if the piece ends between CR and LF.
    this.rest = lines.pop() ?? '';
    if (this.rest.length > MAX_ROW_LENGTH) {
      const line = this.line + this.lines.length - this.head + lines.length;
      throw new NotCsv(`Line ${line} is longer than ${MAX_ROW_LENGTH} characters.`);
    }
    this.lines = this.lines.slice(this.head).concat(lines);
    this.head = 0;
    return this.take(false);
  }

  /** The rows that are left at the end of the file. */
  end(): RecordText[] {
    const last = this.rest.replace(/\r$/, '');
    this.rest = '';
    if (last !== '') this.lines.push(last);
    return this.take(true);
  }

  private take(isEnd: boolean): RecordText[] {
    const records: RecordText[] = [];
    for (let first = this.lines[this.head]; first !== undefined; first = this.lines[this.head]) {
      if (!first.includes('"')) {
        if (first.trim() !== '') records.push({ line: this.line, text: first });
        this.advance(1);
        continue;
      }
      const quoted = this.readQuoted(isEnd);
      if (quoted === undefined) break;
      records.push(quoted.record);
      this.advance(quoted.lineCount);
    }
    return records;
  }

  /** The row at `head`; undefined if it may go on in what has not come yet. */
  private readQuoted(isEnd: boolean): { record: RecordText; lineCount: number } | undefined {
    const { line } = this;
    const quotes = new QuoteState(this.delimiter);
    let length = 0;
    for (let lineCount = 1; lineCount <= MAX_LINES_OF_ROW; lineCount++) {
      const next = this.lines[this.head + lineCount - 1];
      if (next === undefined) {
        if (!isEnd) return undefined;
        break;
      }
      length += next.length + 1;
      if (lineCount > 1 && length > MAX_ROW_LENGTH) break;
      const state = quotes.feed(next);
      if (state === 'WRONG') return { record: { line, problem: TEXT_AFTER_QUOTE }, lineCount: 1 };
      if (state === 'OPEN') continue;
      const text = this.lines.slice(this.head, this.head + lineCount).join('\n');
      return { record: { line, text }, lineCount };
    }
    return { record: { line, problem: NOT_CLOSED }, lineCount: 1 };
  }

  private advance(lineCount: number): void {
    this.head += lineCount;
    this.line += lineCount;
  }
}

/** What csv-parse trims before an opening quote, which is what `String.trim` does. */
const IS_BLANK = /\s/;
/** What it trims behind a closing quote: a blank of several bytes, such as U+00A0, is text for it there. */
const IS_BLANK_OF_ONE_BYTE = /[ \t\f\v]/;

/** Whether a row is complete, line by line. A quote counts only where it is the first character of a field but blanks. */
class QuoteState {
  private isQuoted = false;

  constructor(private readonly delimiter: string) {}

  feed(line: string): 'COMPLETE' | 'OPEN' | 'WRONG' {
    let at = 0;
    for (;;) {
      if (!this.isQuoted) {
        at = this.skip(IS_BLANK, line, at);
        if (line[at] !== '"') {
          const end = line.indexOf(this.delimiter, at);
          if (end === -1) return 'COMPLETE';
          at = end + 1;
          continue;
        }
        at++;
      }
      const end = afterClosingQuote(line, at);
      this.isQuoted = end === undefined;
      if (end === undefined) return 'OPEN';
      at = this.skip(IS_BLANK_OF_ONE_BYTE, line, end);
      if (at === line.length) return 'COMPLETE';
      if (line[at] !== this.delimiter) return 'WRONG';
      at++;
    }
  }

  private skip(blank: RegExp, line: string, from: number): number {
    let at = from;
    // A tab may be the delimiter.
    while (line[at] !== this.delimiter && blank.test(line[at] ?? '')) at++;
    return at;
  }
}

/** Undefined if the quoted field goes on in the next line. */
function afterClosingQuote(line: string, from: number): number | undefined {
  for (let at = from; ; at += 2) {
    at = line.indexOf('"', at);
    if (at === -1) return undefined;
    if (line[at + 1] !== '"') return at + 1;
  }
}
