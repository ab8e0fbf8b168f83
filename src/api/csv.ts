/**
 * One row of CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe in front: values come
 * from files that strangers may have written. Telephone numbers begin with `+` and are harmless.
 */
export function csvRow(values: readonly (string | number | null)[]): string {
  return `${values.map(csvValue).join(',')}\r\n`;
}

function csvValue(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const isFormula = /^[=+\-@\t\r\n＝＋－＠]/.test(value) && !/^\+\d+$/.test(value);
  const text = isFormula ? `'${value}` : value;
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
