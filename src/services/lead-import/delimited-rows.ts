import { CsvError, type Options, parse } from 'csv-parse/sync';
import { type RecordText, RecordTexts } from './record-texts.js';

export type CsvRow =
  | { readonly line: number; readonly fields: readonly string[]; readonly problem?: undefined }
  | { readonly line: number; readonly fields?: undefined; readonly problem: string };

/**
 * The rows of a file with this delimiter, from pieces of its text. csv-parse reads the rows of a piece at once: a call for
 * each row, or its stream of records, would take more time than the reading.
 */
export class DelimitedRows {
  private readonly texts: RecordTexts;
  private readonly options: Options;

  constructor(delimiter: string) {
    this.texts = new RecordTexts(delimiter);
    this.options = {
      delimiter,
      record_delimiter: '\n',
      trim: true,
      // Rows may have more or fewer fields than the first one, and names have quotes in them: Ana "la jefa".
      relax_column_count: true,
      relax_quotes: true,
    };
  }

  /** The rows that are complete with this piece. Blank lines are left out. */
  push(piece: string): CsvRow[] {
    return this.read(this.texts.push(piece));
  }

  /** The rows that are left at the end of the file. */
  end(): CsvRow[] {
    return this.read(this.texts.end());
  }

  private read(records: readonly RecordText[]): CsvRow[] {
    const texts: string[] = [];
    for (const { text } of records) if (text !== undefined) texts.push(text);
    const read = this.fieldsOf(texts);
    let at = 0;
    return records.map(({ line, text, problem }) => {
      if (text === undefined) return { line, problem };
      const fields = read[at++];
      return fields ? { line, fields } : { line, problem: 'its quotes cannot be read' };
    });
  }

  /** The fields of each row; undefined if it cannot be read. */
  private fieldsOf(texts: readonly string[]): readonly (string[] | undefined)[] {
    const fields = this.parse(texts);
    if (fields?.length === texts.length) return fields;
    // The parser sees another number of rows than was cut, so that lines would be wrong: whichever row it is must not cost
    // the others.
    return texts.map((text) => {
      const alone = this.parse([text]);
      return alone?.length === 1 ? alone[0] : undefined;
    });
  }

  private parse(texts: readonly string[]): string[][] | undefined {
    if (texts.length === 0) return [];
    try {
      const records: string[][] = parse(`${texts.join('\n')}\n`, this.options);
      // The parser trims outside of quotes only.
      for (const fields of records) fields.forEach((field, index) => (fields[index] = field.trim()));
      return records;
    } catch (error) {
      if (error instanceof CsvError) return undefined;
      throw error;
    }
  }
}
