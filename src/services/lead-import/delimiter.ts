import { DelimitedRows } from './delimited-rows.js';

/** In the order in which they are taken where nothing speaks for one of them. */
const DELIMITERS = [',', ';', '\t'] as const;
const MAX_ROWS = 100;
const LIKE_A_NUMBER = /^[+(]?\d[\d\s()./-]{4,}$/;

/**
 * The delimiter that makes the most rows of the sample have a telephone number in a field of its own: names and notes may
 * well hold more commas than a semicolon-separated file has semicolons. Without numbers, the one that splits the most rows.
 */
export function detectDelimiter(sample: string, isWhole: boolean): string {
  let best: { readonly delimiter: string; readonly score: number } = { delimiter: ',', score: 0 };
  for (const delimiter of DELIMITERS) {
    const rows = new DelimitedRows(delimiter);
    const read = rows.push(sample);
    if (isWhole) read.push(...rows.end());
    let score = 0;
    for (const { fields = [] } of read.slice(0, MAX_ROWS)) {
      if (fields.length < 2) continue;
      score += fields.some((field) => LIKE_A_NUMBER.test(field)) ? MAX_ROWS + 1 : 1;
    }
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}
