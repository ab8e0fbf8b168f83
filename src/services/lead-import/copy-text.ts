import type { LeadRow } from './lead-row.js';

/**
 * One value in PostgreSQL's COPY text format. Every value from a file goes through it: an unescaped tab or line end
 * would write a column or a row of the sender's choice.
 */
export function copyValue(value: string | null): string {
  if (value === null) return '\\N';
  if (!/[\\\t\n\r\b\f\v]/.test(value)) return value;
  return value.replace(/[\\\t\n\r\b\f\v]/g, (character) => ESCAPES[character] ?? character);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
};

/** The columns of `copyLine`, in its order. */
export const COPY_COLUMNS = 'turn, id, line, name, description, phone_number, extra_fields, reason, message';

/** @param turn number of the row among the rows of the file, from 1 */
export function copyLine(turn: number, id: string, row: LeadRow): string {
  const values = row.rejection
    ? [null, null, null, null, row.rejection.reason, row.rejection.message]
    : [row.name, row.description, row.phoneNumber, row.extraFields, null, null];
  return `${turn}\t${id}\t${row.line}\t${values.map(copyValue).join('\t')}\n`;
}
