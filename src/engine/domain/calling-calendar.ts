import { Temporal } from 'temporal-polyfill';
import { weekdays, type Weekday } from './weekday.js';

/**
 * Days and hours in which a campaign may call (product.md, Schedules). Local days and times go in, instants come out;
 * whoever compares instants needs no time zone any more.
 */

/** A calendar day, `YYYY-MM-DD`. */
export type LocalDate = string;
/** A time of day, `HH:mm` or `HH:mm:ss`. */
export type LocalTime = string;

/** The instants between which a schedule is open: `startsAt` belongs to it, `endsAt` does not. */
export interface CallingWindow {
  readonly startsAt: Date;
  readonly endsAt: Date;
}

export interface LocalWindow {
  readonly date: LocalDate;
  readonly startTime: LocalTime;
  /** Later than `startTime`. */
  readonly endTime: LocalTime;
  /** IANA name. */
  readonly timeZone: string;
}

/**
 * The window of one day. A time that daylight saving skips stands for the first instant after the gap; of a time that
 * comes twice, a start takes the first and an end the second, so that a repeated hour runs once through to its end.
 * If all of it is skipped, the window is empty: `startsAt` equals `endsAt`.
 *
 * @throws RangeError for a day, time or zone that does not exist; ask `isLocalDate` and its like first
 */
export function windowOf(local: LocalWindow): CallingWindow {
  const startsAt = instantOf(local.date, local.startTime, local.timeZone, 'earlier');
  const endsAt = instantOf(local.date, local.endTime, local.timeZone, 'later');
  return { startsAt, endsAt };
}

function instantOf(date: LocalDate, time: LocalTime, timeZone: string, side: 'earlier' | 'later'): Date {
  const wall = Temporal.PlainDate.from(date).toPlainDateTime(Temporal.PlainTime.from(time));
  const zoned = wall.toZonedDateTime(timeZone, { disambiguation: side });
  if (zoned.toPlainDateTime().equals(wall)) return new Date(zoned.epochMilliseconds);
  // Skipped: the zone moved the time to one of the gap's sides. The transition in between is the end of the gap.
  const before = wall.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const gapEnd = before.getTimeZoneTransition('next') ?? zoned;
  return new Date(gapEnd.epochMilliseconds);
}

/** The days from `firstDate` to `lastDate`, both included, that fall on one of the weekdays; in order. */
export function datesOf(range: {
  readonly firstDate: LocalDate;
  readonly lastDate: LocalDate;
  readonly weekdays: readonly Weekday[];
}): readonly LocalDate[] {
  const last = Temporal.PlainDate.from(range.lastDate);
  const dates: LocalDate[] = [];
  let date = Temporal.PlainDate.from(range.firstDate);
  for (; Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) {
    const weekday = weekdays[date.dayOfWeek - 1];
    if (weekday && range.weekdays.includes(weekday)) dates.push(date.toString());
  }
  return dates;
}

/** The window that is open at the instant. */
export function openWindow<Window extends CallingWindow>(windows: readonly Window[], now: Date): Window | undefined {
  return windows.find((window) => window.startsAt <= now && now < window.endsAt);
}

/** The earliest window that opens after the instant. */
export function nextOpening<Window extends CallingWindow>(windows: readonly Window[], now: Date): Window | undefined {
  return windows
    .filter((window) => now < window.startsAt && window.startsAt < window.endsAt)
    .reduce<Window | undefined>(
      (best, window) => (best && best.startsAt <= window.startsAt ? best : window),
      undefined,
    );
}

/** True if no window is open or will be. */
export function isOver(windows: readonly CallingWindow[], now: Date): boolean {
  return windows.every((window) => window.endsAt <= now || window.endsAt <= window.startsAt);
}

/**
 * When a lead that is due at an instant can be called (product.md, Retries): then, if a window is open then, else at
 * the next opening; undefined if there is none.
 */
export function nextDialableAt(windows: readonly CallingWindow[], dueAt: Date): Date | undefined {
  return openWindow(windows, dueAt) ? dueAt : nextOpening(windows, dueAt)?.startsAt;
}

/** The day on which an instant falls in a zone. */
export function localDateAt(instant: Date, timeZone: string): LocalDate {
  return zonedAt(instant, timeZone).toPlainDate().toString();
}

/** The time of day of an instant in a zone, `HH:mm:ss`. */
export function localTimeAt(instant: Date, timeZone: string): LocalTime {
  return zonedAt(instant, timeZone).toPlainTime().toString({ smallestUnit: 'second' });
}

function zonedAt(instant: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
}

/** Below 0 if `one` comes first, 0 if they are the same, above 0 otherwise; `09:00` is the same as `09:00:00`. */
export function compareLocalTimes(one: LocalTime, other: LocalTime): number {
  return Temporal.PlainTime.compare(one, other);
}

export function isLocalDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && succeeds(() => Temporal.PlainDate.from(text));
}

export function isLocalTime(text: string): boolean {
  return /^\d{2}:\d{2}(:\d{2})?$/.test(text) && !text.endsWith(':60') && succeeds(() => Temporal.PlainTime.from(text));
}

/** True for an IANA name such as `Europe/Berlin`. Offsets are refused: they know nothing of daylight saving. */
export function isTimeZone(text: string): boolean {
  return /^[A-Za-z]/.test(text) && succeeds(() => new Temporal.ZonedDateTime(0n, text));
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
