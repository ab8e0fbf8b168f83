import {
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/min/metadata';

/**
 * Telephone numbers as E.164. The `min` metadata is used: it knows every country's code, lengths and general pattern,
 * which is what "cannot be a telephone number" takes, and it does not know which ranges are assigned today: the `max`
 * metadata would refuse the product's own example, `554183015031`, and every range that is opened after its release.
 * One number takes about 6 µs, a million of them 6 s.
 */
export type NumberReading =
  { readonly ok: true; readonly e164: string } | { readonly ok: false; readonly problem: NumberProblem };

export const NumberProblem = {
  EMPTY: 'EMPTY',
  /** Something other than digits and the usual separators, an extension for example. */
  NOT_A_NUMBER: 'NOT_A_NUMBER',
  /** No country begins with these digits, and there is no default country in which they would be a number. */
  UNKNOWN_COUNTRY_CODE: 'UNKNOWN_COUNTRY_CODE',
  TOO_SHORT: 'TOO_SHORT',
  TOO_LONG: 'TOO_LONG',
  /** No number of the country has this length. */
  WRONG_LENGTH: 'WRONG_LENGTH',
} as const;
export type NumberProblem = (typeof NumberProblem)[keyof typeof NumberProblem];

/** Whitespace, hyphens and dashes, parentheses, full stops and slashes. */
const separators = /[\s\u00a0\u200b-\u200f\u2010-\u2015\u2060\ufeff().\/-]/g;

/**
 * Reads a number as people write it. With a leading `+` or `00` it is international. Without, the default country's
 * way of writing goes first, and then the digits are taken as beginning with a country code.
 *
 * @param defaultCountry ISO 3166 code of two capital letters; one that the metadata does not know is ignored
 */
export function readPhoneNumber(text: string, defaultCountry?: string): NumberReading {
  const compact = text.replace(separators, '');
  if (compact === '' || compact === '+') return problem('EMPTY');
  if (!/^\+?[0-9]+$/.test(compact)) return problem('NOT_A_NUMBER');
  const country = defaultCountry !== undefined && isCountry(defaultCountry) ? defaultCountry : undefined;
  const candidates = readings(compact, text, country);

  let possible: PhoneNumber | undefined;
  let seen: PhoneNumber | undefined;
  for (const read of candidates) {
    const number = read();
    if (!number) continue;
    seen ??= number;
    if (!number.isPossible()) continue;
    if (number.isValid()) return { ok: true, e164: number.number };
    possible ??= number;
  }
  if (possible) return { ok: true, e164: possible.number };
  return problem(seen ? wrongLength(seen) : digitsProblem(compact));
}

/** In order of preference; made one at a time, since the first nearly always fits. */
function readings(
  compact: string,
  text: string,
  country: CountryCode | undefined,
): readonly (() => PhoneNumber | undefined)[] {
  if (compact.startsWith('+')) return [() => parse(withoutTrunkZero(compact, text))];
  const national = country && (() => parse(compact, country));
  const digits = compact.startsWith('00') ? compact.slice(2) : compact;
  const international = () => parse(`+${digits}`);
  // "00" means "abroad" in most countries; where it does not, the national reading is the valid one.
  return national ? [national, international] : [international];
}

function parse(digits: string, country?: CountryCode): PhoneNumber | undefined {
  return country ? parsePhoneNumberFromString(digits, country, metadata) : parsePhoneNumberFromString(digits, metadata);
}

/** The habit of writing +44 (0)20 …: the zero is not dialed from abroad. */
function withoutTrunkZero(compact: string, text: string): string {
  const [, code] = /^\s*(\+\s*[0-9]{1,3})\s*\(0\)/.exec(text) ?? [];
  if (code === undefined) return compact;
  const prefix = code.replace(/\s/g, '');
  return prefix + compact.slice(prefix.length + 1);
}

function isCountry(code: string): code is CountryCode {
  return isSupportedCountry(code as CountryCode, metadata);
}

/** True for the ISO 3166 code of a country that numbers can be read for. */
export function isPhoneCountry(code: string): boolean {
  return isCountry(code);
}

function wrongLength(number: PhoneNumber): NumberProblem {
  const digits = number.nationalNumber.length;
  if (digits < 5) return 'TOO_SHORT';
  return number.number.length > 16 ? 'TOO_LONG' : 'WRONG_LENGTH';
}

function digitsProblem(compact: string): NumberProblem {
  const digits = compact.replace(/^\+|^00/, '').length;
  if (digits < 7) return 'TOO_SHORT';
  return digits > 15 ? 'TOO_LONG' : 'UNKNOWN_COUNTRY_CODE';
}

function problem(code: NumberProblem): NumberReading {
  return { ok: false, problem: code };
}

/** The end of a number that stays the same however a switch writes the beginning. */
const SUBSCRIBER_DIGITS = 8;

/** True if two ways of writing, with prefixes of switches and without, can mean the same telephone. */
export function isSameSubscriber(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => text.replace(/\D/g, '').slice(-SUBSCRIBER_DIGITS));
  return a === b && a !== undefined && a.length >= 3;
}

/** For logs: country code and last two digits stay, `+5541******31`. */
export function maskPhoneNumber(phoneNumber: string): string {
  if (phoneNumber.length <= 7) return '*'.repeat(phoneNumber.length);
  return phoneNumber.slice(0, 5) + '*'.repeat(phoneNumber.length - 7) + phoneNumber.slice(-2);
}
