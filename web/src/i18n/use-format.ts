import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { isLanguage, type Language } from './language';

const DAY_MS = 86_400_000;
/** As the medium date and the short time, which cannot be asked for together with the name of the zone. */
const elsewhere: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
};
/** 1 January 2024. */
const MONDAY_MS = 1_704_067_200_000;

export interface Format {
  readonly language: Language;
  readonly number: (value: number) => string;
  /** An instant of the API, in the browser's time zone, or in another one that is then named. */
  readonly dateTime: (instant: string, timeZone?: string) => string;
  /** A day of the API, `YYYY-MM-DD`, in no time zone. */
  readonly date: (day: string) => string;
  /** The name of a day of the week, 0 for Monday to 6 for Sunday. */
  readonly weekday: (index: number) => string;
  /** The month of a day of the API, with the year. */
  readonly month: (day: string) => string;
  /** Time of day with seconds, of an instant. */
  readonly time: (instant: Date) => string;
  /** The same with milliseconds, of an instant of the API. */
  readonly timeExact: (instant: string) => string;
  /** A share of 0 to 1. */
  readonly percent: (share: number) => string;
  /** A duration in milliseconds, written in seconds. */
  readonly seconds: (durationMs: number) => string;
}

/** Numbers, dates and times as the chosen language writes them. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  const language = isLanguage(i18n.language) ? i18n.language : 'en';
  return useMemo(() => {
    const numbers = new Intl.NumberFormat(language);
    const dateTimes = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
    const dates = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
    const months = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' });
    const weekdays = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
    const times = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
    const exactTimes = new Intl.DateTimeFormat(language, {
      hour: 'numeric',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
    });
    const percents = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
    const durations = new Intl.NumberFormat(language, {
      style: 'unit',
      unit: 'second',
      unitDisplay: 'narrow',
      maximumFractionDigits: 2,
    });
    return {
      language,
      number: (value) => numbers.format(value),
      dateTime: (instant, timeZone) =>
        timeZone === undefined || timeZone === dateTimes.resolvedOptions().timeZone
          ? dateTimes.format(new Date(instant))
          : new Intl.DateTimeFormat(language, { ...elsewhere, timeZone }).format(new Date(instant)),
      date: (day) => dates.format(new Date(day)),
      month: (day) => months.format(new Date(day)),
      weekday: (index) => weekdays.format(MONDAY_MS + index * DAY_MS),
      time: (instant) => times.format(instant),
      timeExact: (instant) => exactTimes.format(new Date(instant)),
      percent: (share) => percents.format(share),
      seconds: (durationMs) => durations.format(durationMs / 1000),
    };
  }, [language]);
}
