import { type NumberProblem, readPhoneNumber } from '../../engine/domain/phone-number.js';
import type { RejectedRowReason } from '../../entities/enums.js';
import type { CsvRow } from './delimited-rows.js';
import { asWritten, type LeadColumns } from './lead-columns.js';

/** What becomes of a row of the file: a lead to load, or a rejection. */
export type LeadRow =
  | {
      readonly line: number;
      readonly name: string;
      readonly description: string;
      readonly phoneNumber: string;
      /** JSON object of texts. */
      readonly extraFields: string;
      readonly rejection?: undefined;
    }
  | { readonly line: number; readonly rejection: { readonly reason: RejectedRowReason; readonly message: string } };

export function leadOfRow(row: CsvRow, columns: LeadColumns, defaultCountry: string | undefined): LeadRow {
  const { line, fields } = row;
  const reject = (reason: RejectedRowReason, message: string): LeadRow => ({ line, rejection: { reason, message } });
  if (!fields) return reject('MALFORMED_ROW', `It is not a row of CSV: ${row.problem}.`);
  if (fields.length < 2) {
    return reject('MALFORMED_ROW', `It has one field, ${shown(fields[0])}; name and telephone number are wanted.`);
  }
  const written = fields[columns.phoneNumber] ?? '';
  if (written === '') return reject('MISSING_PHONE_NUMBER', 'It has no telephone number.');
  const reading = readPhoneNumber(written, defaultCountry);
  if (!reading.ok) return reject('INVALID_PHONE_NUMBER', numberProblem(written, reading.problem, defaultCountry));
  return {
    line,
    name: asWritten(fields[columns.name] ?? ''),
    description: asWritten(fields[columns.description] ?? ''),
    phoneNumber: reading.e164,
    extraFields: columns.extra.length === 0 ? '{}' : extraFields(fields, columns),
  };
}

function extraFields(fields: readonly string[], columns: LeadColumns): string {
  return JSON.stringify(
    Object.fromEntries(columns.extra.map(({ index, name }) => [name, asWritten(fields[index] ?? '')])),
  );
}

/** Why a text is no telephone number, with the text and what is allowed. */
export function numberProblem(text: string, problem: NumberProblem, defaultCountry: string | undefined): string {
  const country =
    defaultCountry === undefined
      ? 'the campaign has no default country, so that numbers must begin with their country code'
      : `it is no number of the default country, ${defaultCountry}, either`;
  return whyNoNumber(text, problem, country);
}

/** @param country why the digits are no number of some country, as the end of a sentence */
export function whyNoNumber(text: string, problem: NumberProblem, country: string): string {
  const value = shown(text);
  const why: Readonly<Record<NumberProblem, string>> = {
    EMPTY: 'it has no digits',
    NOT_A_NUMBER: 'only digits, a leading + and separators are allowed',
    UNKNOWN_COUNTRY_CODE: `no country code begins like that, and ${country}`,
    TOO_SHORT: `it is too short, and ${country}`,
    TOO_LONG: 'it is too long; 15 digits are allowed',
    WRONG_LENGTH: `no number of that country has this length, and ${country}`,
  };
  return `${value} cannot be a telephone number: ${why[problem]}.`;
}

function shown(text = ''): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
