import { ActionIcon, Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ScheduleRowFragment } from '../../api/generated/graphql';
import { useFormat } from '../../i18n/use-format';
import { timeOfDay } from '../settings/campaign-values';
import { monthOf, weekdayOf } from './days';
import { ScheduleStatus } from './schedule-status';

interface ScheduleListProps {
  readonly schedules: readonly ScheduleRowFragment[];
  /** Any day of the month that is shown. */
  readonly day: string;
  readonly onMonth: (day: string) => void;
  readonly onChoose: (schedule: ScheduleRowFragment) => void;
}

/** The same as the calendar, where there is no room for it. */
export function ScheduleList({ schedules, day, onMonth, onChoose }: ScheduleListProps) {
  const { t } = useTranslation();
  const { date, weekday, month } = useFormat();
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <ActionIcon
          variant="default"
          aria-label={t('schedules.previousMonth')}
          onClick={() => {
            onMonth(neighbour(monthOf(day).from, -1));
          }}
        >
          <IconChevronLeft size={16} aria-hidden />
        </ActionIcon>
        <Text fw={600}>{month(day)}</Text>
        <ActionIcon
          variant="default"
          aria-label={t('schedules.nextMonth')}
          onClick={() => {
            onMonth(neighbour(monthOf(day).to, 1));
          }}
        >
          <IconChevronRight size={16} aria-hidden />
        </ActionIcon>
      </Group>
      <Table aria-label={t('campaign.page.schedules')}>
        <Table.Tbody>
          {schedules.map((schedule) => (
            <Table.Tr key={schedule.id}>
              <Table.Td>
                <Button
                  variant="subtle"
                  size="compact-sm"
                  onClick={() => {
                    onChoose(schedule);
                  }}
                >
                  {t('schedules.weekdayAndDay', {
                    weekday: weekday(weekdayOf(schedule.date)),
                    day: date(schedule.date),
                  })}
                </Button>
              </Table.Td>
              <Table.Td>
                {t('schedules.window', { start: timeOfDay(schedule.startTime), end: timeOfDay(schedule.endTime) })}
              </Table.Td>
              <Table.Td>
                <ScheduleStatus status={schedule.status} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {schedules.length === 0 && <Text c="dimmed">{t('schedules.noneInMonth')}</Text>}
    </Stack>
  );
}

function neighbour(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}
