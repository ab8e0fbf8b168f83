import '@mantine/dates/styles.layer.css';
import 'dayjs/locale/de';
import 'dayjs/locale/es';
import 'dayjs/locale/pt-br';
import { VisuallyHidden } from '@mantine/core';
import { Calendar, DatesProvider } from '@mantine/dates';
import { useTranslation } from 'react-i18next';
import type { ScheduleRowFragment } from '../../api/generated/graphql';
import { useFormat } from '../../i18n/use-format';
import { timeOfDay } from '../settings/campaign-values';
import classes from './schedule-calendar.module.css';
import { statusIcons } from './schedule-status';

interface ScheduleCalendarProps {
  readonly schedules: readonly ScheduleRowFragment[];
  /** Any day of the month that is shown. */
  readonly day: string;
  readonly onMonth: (day: string) => void;
  /** Today in the campaign's time zone. */
  readonly today: string;
  /** Whether a day without a schedule can get one. */
  readonly canAdd: (day: string) => boolean;
  readonly onChoose: (day: string, schedule: ScheduleRowFragment | undefined) => void;
}

const locales = { en: 'en', es: 'es', pt: 'pt-br', de: 'de' } as const;

/** A month with the window of each day, and what became of it. */
export function ScheduleCalendar({ schedules, day: shown, onMonth, today, canAdd, onChoose }: ScheduleCalendarProps) {
  const { t } = useTranslation();
  const { language } = useFormat();
  const byDay = new Map(schedules.map((schedule) => [schedule.date, schedule]));
  return (
    <DatesProvider settings={{ locale: locales[language] }}>
      <Calendar
        fullWidth
        maxLevel="month"
        hideOutsideDates
        weekendDays={[]}
        date={shown}
        onDateChange={onMonth}
        previousLabel={t('schedules.previousMonth')}
        nextLabel={t('schedules.nextMonth')}
        classNames={{ day: classes.day ?? '' }}
        getDayProps={(day) => ({
          // Its content is its name.
          'aria-label': undefined,
          'aria-current': day === today ? 'date' : undefined,
          disabled: !byDay.has(day) && !canAdd(day),
          onClick: () => {
            onChoose(day, byDay.get(day));
          },
        })}
        renderDay={(day) => <Day day={day} schedule={byDay.get(day)} />}
      />
    </DatesProvider>
  );
}

function Day({ day, schedule }: { readonly day: string; readonly schedule: ScheduleRowFragment | undefined }) {
  const { date } = useFormat();
  return (
    <span className={classes.content}>
      <VisuallyHidden>{date(day)}</VisuallyHidden>
      <span className={classes.number} aria-hidden>
        {Number(day.slice(8))}
      </span>
      {schedule && <Window schedule={schedule} />}
    </span>
  );
}

function Window({ schedule: { startTime, endTime, status } }: { readonly schedule: ScheduleRowFragment }) {
  const { t } = useTranslation();
  const Icon = statusIcons[status];
  return (
    <>
      <span>{t('schedules.window', { start: timeOfDay(startTime), end: timeOfDay(endTime) })}</span>
      <span className={classes.status} data-status={status}>
        <Icon size={13} aria-hidden />
        {t(`shortScheduleStatuses.${status}`)}
      </span>
    </>
  );
}
