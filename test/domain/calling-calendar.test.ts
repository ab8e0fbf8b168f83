import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import {
  compareLocalTimes,
  datesOf,
  isLocalDate,
  isLocalTime,
  isOver,
  isTimeZone,
  localDateAt,
  localTimeAt,
  nextDialableAt,
  nextOpening,
  openWindow,
  windowOf,
} from '../../src/engine/domain/calling-calendar.js';
import { scheduleStatus } from '../../src/engine/domain/schedule-status.js';
import { weekdays } from '../../src/engine/domain/weekday.js';

function iso(date: string, startTime: string, endTime: string, timeZone: string): readonly string[] {
  const { startsAt, endsAt } = windowOf({ date, startTime, endTime, timeZone });
  return [startsAt.toISOString(), endsAt.toISOString()].map((text) => text.replace('.000Z', 'Z'));
}

describe('a window', () => {
  test.each([
    [
      'an ordinary day',
      '2026-03-02',
      '09:00',
      '17:00',
      'America/Sao_Paulo',
      '2026-03-02T12:00:00Z',
      '2026-03-02T20:00:00Z',
    ],
    [
      'a quarter-hour zone',
      '2026-03-02',
      '09:00',
      '17:00',
      'Asia/Kathmandu',
      '2026-03-02T03:15:00Z',
      '2026-03-02T11:15:00Z',
    ],
    [
      'a start in the skipped hour',
      '2026-03-29',
      '02:30',
      '05:00',
      'Europe/Berlin',
      '2026-03-29T01:00:00Z',
      '2026-03-29T03:00:00Z',
    ],
    [
      'an end in the skipped hour',
      '2026-03-29',
      '01:00',
      '02:30',
      'Europe/Berlin',
      '2026-03-29T00:00:00Z',
      '2026-03-29T01:00:00Z',
    ],
    [
      'a window within the skipped hour',
      '2026-03-29',
      '02:10',
      '02:50',
      'Europe/Berlin',
      '2026-03-29T01:00:00Z',
      '2026-03-29T01:00:00Z',
    ],
    [
      'a repeated hour',
      '2026-10-25',
      '02:00',
      '02:30',
      'Europe/Berlin',
      '2026-10-25T00:00:00Z',
      '2026-10-25T01:30:00Z',
    ],
    [
      'a window across the repeated hour',
      '2026-11-01',
      '00:30',
      '03:00',
      'America/New_York',
      '2026-11-01T04:30:00Z',
      '2026-11-01T08:00:00Z',
    ],
    [
      'a half-hour change',
      '2026-10-04',
      '02:15',
      '04:00',
      'Australia/Lord_Howe',
      '2026-10-03T15:30:00Z',
      '2026-10-03T17:00:00Z',
    ],
    [
      'a midnight that does not exist',
      '2018-11-04',
      '00:00',
      '08:00',
      'America/Sao_Paulo',
      '2018-11-04T03:00:00Z',
      '2018-11-04T10:00:00Z',
    ],
    [
      'a day that does not exist',
      '2011-12-30',
      '09:00',
      '17:00',
      'Pacific/Apia',
      '2011-12-30T10:00:00Z',
      '2011-12-30T10:00:00Z',
    ],
  ])('%s', (_name, date, start, end, zone, startsAt, endsAt) => {
    expect(iso(date, start, end, zone)).toEqual([startsAt, endsAt]);
  });

  const zones = [
    'America/Sao_Paulo',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Asia/Kathmandu',
  ];

  test('holds exactly the instants whose local time is in it, but for times that come twice', () => {
    const minutes = fc.integer({ min: 0, max: 24 * 60 - 1 });
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 365 * 40 }),
        minutes,
        minutes,
        fc.integer({ min: -120, max: 27 * 60 }),
        (timeZone, day, one, other, offset) => {
          fc.pre(one !== other);
          const date = Temporal.PlainDate.from('1995-01-01').add({ days: day });
          const [start, end] = [Math.min(one, other), Math.max(one, other)].map(timeOfDay);
          const local = { date: date.toString(), startTime: start ?? '', endTime: end ?? '', timeZone };
          const window = windowOf(local);
          expect(window.startsAt.getTime()).toBeLessThanOrEqual(window.endsAt.getTime());
          expect(window.endsAt.getTime() - window.startsAt.getTime()).toBeLessThanOrEqual(27 * 3_600_000);
          const startOfDay = date.toZonedDateTime(timeZone).epochMilliseconds;
          const instant = new Date(startOfDay + offset * 60_000);
          const isInside = window.startsAt <= instant && instant < window.endsAt;
          const time = localTimeAt(instant, timeZone);
          const reads =
            localDateAt(instant, timeZone) === local.date &&
            compareLocalTimes(time, local.startTime) >= 0 &&
            compareLocalTimes(time, local.endTime) < 0;
          // A local time inside is always an instant inside; the reverse fails only between two equal local times.
          if (reads) expect(isInside).toBe(true);
          else if (isInside) expect(comesTwiceThatDay(date, timeZone)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('of different days never overlap', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 365 * 40 }), (timeZone, day) => {
        const date = Temporal.PlainDate.from('1995-01-01').add({ days: day });
        const whole = { startTime: '00:00', endTime: '23:59:59', timeZone };
        const today = windowOf({ date: date.toString(), ...whole });
        const tomorrow = windowOf({ date: date.add({ days: 1 }).toString(), ...whole });
        expect(today.endsAt.getTime()).toBeLessThanOrEqual(tomorrow.startsAt.getTime());
      }),
      { numRuns: 500 },
    );
  });
});

function timeOfDay(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function comesTwiceThatDay(date: Temporal.PlainDate, timeZone: string): boolean {
  const start = date.toZonedDateTime(timeZone);
  return start.hoursInDay > 24;
}

describe('a calendar', () => {
  test('has the days of the range that fall on the weekdays', () => {
    const range = { firstDate: '2026-02-27', lastDate: '2026-03-03' };
    expect(datesOf({ ...range, weekdays: ['FRIDAY', 'MONDAY'] })).toEqual(['2026-02-27', '2026-03-02']);
    expect(datesOf({ ...range, weekdays })).toHaveLength(5);
    expect(datesOf({ ...range, weekdays: ['WEDNESDAY'] })).toEqual([]);
  });

  const windows = ['2026-03-02', '2026-03-03'].map((date) =>
    windowOf({ date, startTime: '09:00', endTime: '18:00', timeZone: 'UTC' }),
  );
  const at = (text: string): Date => new Date(`2026-03-${text}Z`);

  test('knows what is open and what comes next', () => {
    expect(openWindow(windows, at('02T08:59:59'))).toBeUndefined();
    expect(openWindow(windows, at('02T09:00'))).toBe(windows[0]);
    expect(openWindow(windows, at('02T18:00'))).toBeUndefined();
    expect(nextOpening(windows, at('02T09:00'))).toBe(windows[1]);
    expect(nextOpening(windows, at('03T09:00'))).toBeUndefined();
    expect(isOver(windows, at('03T17:59'))).toBe(false);
    expect(isOver(windows, at('03T18:00'))).toBe(true);
    expect(isOver([], at('03T18:00'))).toBe(true);
  });

  test('has a retry called when it is due, or as early as possible in the next window', () => {
    expect(nextDialableAt(windows, at('03T17:00'))).toEqual(at('03T17:00'));
    expect(nextDialableAt(windows, at('02T18:30'))).toEqual(at('03T09:00'));
    expect(nextDialableAt(windows, at('03T18:30'))).toBeUndefined();
  });

  test('tells days, times and zones from other text', () => {
    expect(['2026-02-28', '2026-02-30', '26-02-01', '2026-02-28T00:00'].map(isLocalDate)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(['09:00', '23:59:59', '24:00', '9:00', '10:60', '10:00:60'].map(isLocalTime)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(['Europe/Berlin', 'UTC', 'Mars/Olympus', '+02:00', ''].map(isTimeZone)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(compareLocalTimes('09:00', '09:00:00')).toBe(0);
  });
});

describe('the status of a schedule', () => {
  const window = windowOf({ date: '2026-03-02', startTime: '09:00', endTime: '18:00', timeZone: 'UTC' });
  const during = new Date('2026-03-02T12:00Z');
  const facts = { campaignState: 'STARTED', now: during, window, ran: true, dncDown: false, leadsDone: false } as const;

  test.each([
    ['RUNNING', {}],
    ['NOT_RUNNING', { campaignState: 'STOPPED' }],
    ['NOT_RUNNING', { now: new Date('2026-03-02T08:00Z') }],
    ['FINISHED', { now: window.endsAt }],
    ['NOT_RUNNING', { now: window.endsAt, ran: false }],
    ['FINISHED', { campaignState: 'STOPPED', leadsDone: true }],
    ['NOT_RUNNING', { campaignState: 'STOPPED', leadsDone: true, ran: false }],
    ['DNC_OUT_OF_SERVICE', { dncDown: true }],
    ['NOT_RUNNING', { dncDown: true, campaignState: 'STOPPED' }],
  ] as const)('is %s with %j', (status, over) => {
    expect(scheduleStatus({ ...facts, ...over })).toBe(status);
  });
});
