import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maskPhoneNumber, readPhoneNumber } from '../../src/engine/domain/phone-number.js';

describe('a telephone number', () => {
  test.each([
    ['554183015031', undefined, '+554183015031'],
    ['554183015023', undefined, '+554183015023'],
    ['+55 41 8301-5031', undefined, '+554183015031'],
    ['(41) 8301-5031', 'BR', '+554183015031'],
    ['554183015031', 'BR', '+554183015031'],
    ['00554183015031', undefined, '+554183015031'],
    ['00554183015031', 'BR', '+554183015031'],
    ['00 55 41 8301 5031', 'DE', '+554183015031'],
    ['041 8301-5031', 'BR', '+554183015031'],
    ['011 55 41 8301 5031', 'US', '+554183015031'],
    ['030/123456', 'DE', '+4930123456'],
    ['4930123456', 'DE', '+4930123456'],
    ['4930123456', undefined, '+4930123456'],
    ['+44 (0)20 7946 0000', undefined, '+442079460000'],
    ['(202) 555-0123', 'US', '+12025550123'],
    ['1.202.555.0123', 'US', '+12025550123'],
    ['202\u2011555\u20110123', 'US', '+12025550123'],
    ['\u202a+12025550123\u202c'.replace(/[\u202a\u202c]/g, ''), undefined, '+12025550123'],
  ])('%s with the default country %s is %s', (text, country, e164) => {
    expect(readPhoneNumber(text, country)).toEqual({ ok: true, e164 });
  });

  test.each([
    ['', undefined, 'EMPTY'],
    [' - ', 'DE', 'EMPTY'],
    ['abc', 'BR', 'NOT_A_NUMBER'],
    ['1-800-FLOWERS', 'US', 'NOT_A_NUMBER'],
    ['+1 202 555 0123 ext. 5', undefined, 'NOT_A_NUMBER'],
    ['12+34', undefined, 'NOT_A_NUMBER'],
    ['+999123456789', undefined, 'UNKNOWN_COUNTRY_CODE'],
    ['5551234', 'BR', 'WRONG_LENGTH'],
    ['911', 'US', 'TOO_SHORT'],
    ['12', undefined, 'TOO_SHORT'],
    ['+5541830150311234567', undefined, 'TOO_LONG'],
  ])('%s with the default country %s is refused: %s', (text, country, problem) => {
    expect(readPhoneNumber(text, country)).toEqual({ ok: false, problem });
  });

  test('once read, is read as itself, whatever the default country', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('55', '1', '49', '44', '34', '351', '52', '91', '380', '972'),
        fc.integer({ min: 10_000_000, max: 99_999_999_999 }),
        fc.constantFrom('BR', 'US', 'DE', undefined),
        (code, rest, country) => {
          const reading = readPhoneNumber(`+${code}${rest}`);
          if (!reading.ok) return;
          expect(readPhoneNumber(reading.e164, country)).toEqual(reading);
          expect(reading.e164).toMatch(/^\+[1-9]\d{6,14}$/);
        },
      ),
    );
  });

  test('is masked in logs', () => {
    expect(maskPhoneNumber('+554183015031')).toBe('+5541******31');
    expect(maskPhoneNumber('12345')).toBe('*****');
  });
});
