import { type CsvRow, DelimitedRows } from './delimited-rows.js';
import { detectDelimiter } from './delimiter.js';
import { MAX_ROW_LENGTH } from './record-texts.js';

/** Characters at the beginning of a file by which its delimiter is found. */
const SAMPLE_LENGTH = 16_384;

/**
 * Reads CSV (RFC 4180; the delimiter is a comma, semicolon or tab) from pieces of text. A row that is wrong costs that row
 * alone, and each row has the line of the file on which it begins.
 */
export class CsvRows {
  private sample = '';
  private rows: DelimitedRows | undefined;

  /** The rows that are complete with this piece. Blank lines are left out. */
  push(piece: string): CsvRow[] {
    if (this.rows) return this.rows.push(piece);
    this.sample += piece;
    const isEnough = this.sample.length >= SAMPLE_LENGTH && /[\r\n]/.test(this.sample);
    return isEnough || this.sample.length > MAX_ROW_LENGTH ? this.begin(false) : [];
  }

  /** The rows that are left at the end of the file. */
  end(): CsvRow[] {
    const first = this.rows ? [] : this.begin(true);
    return first.concat(this.rows?.end() ?? []);
  }

  private begin(isWhole: boolean): CsvRow[] {
    const { sample } = this;
    this.sample = '';
    this.rows = new DelimitedRows(detectDelimiter(isWhole ? sample : sample.slice(0, firstLines(sample)), isWhole));
    return this.rows.push(sample);
  }
}

/** Length of the beginning that serves as the sample: a piece may be much longer than is needed. */
function firstLines(text: string): number {
  const end = text.slice(SAMPLE_LENGTH).search(/[\r\n]/);
  return end === -1 ? text.length : SAMPLE_LENGTH + end + 1;
}
