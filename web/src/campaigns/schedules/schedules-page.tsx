import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconCalendarPlus, IconClockEdit, IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ScheduleRowFragment } from '../../api/generated/graphql';
import { FailureAlert } from '../../components/failure-alert';
import { LiveValue } from '../../components/live-value';
import { useCampaign, useMayEdit } from '../frame/use-campaign';
import { AddScheduleDialog } from './add-schedule-dialog';
import { dayIn } from './days';
import { EditRemainingDialog } from './edit-remaining-dialog';
import { ScheduleCalendar } from './schedule-calendar';
import { ScheduleDialog } from './schedule-dialog';
import { ScheduleList } from './schedule-list';
import { useSchedules } from './use-schedules';

type OpenDialog =
  | { readonly kind: 'ADD'; readonly day: string }
  | { readonly kind: 'EDIT' }
  | { readonly kind: 'DAY'; readonly schedule: ScheduleRowFragment };

/** When a campaign dials, a month at a time, live. */
export function Component() {
  const { t } = useTranslation();
  const campaign = useCampaign();
  const { mayEdit, isReader } = useMayEdit();
  const [dialog, setDialog] = useState<OpenDialog>();
  const [today] = useState(() => dayIn(campaign.timeZone, new Date()));
  const [day, setDay] = useState(() => nearest(today, campaign.firstDay, campaign.lastDay));
  const hasRoom = useMediaQuery('(min-width: 48em)', true, { getInitialValueInEffect: false });
  const { refetch, ...schedules } = useSchedules(campaign.id, day);
  const close = (): void => {
    setDialog(undefined);
  };
  const choose = (chosen: string, schedule: ScheduleRowFragment | undefined): void => {
    setDialog(schedule ? { kind: 'DAY', schedule } : { kind: 'ADD', day: chosen });
  };
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text size="sm">{t('schedules.inTimeZone', { timeZone: campaign.timeZone })}</Text>
        {mayEdit && (
          <Group gap="xs">
            <Button
              variant="default"
              leftSection={<IconClockEdit size={16} aria-hidden />}
              onClick={() => {
                setDialog({ kind: 'EDIT' });
              }}
            >
              {t('schedules.editRemaining')}
            </Button>
            <Button
              leftSection={<IconCalendarPlus size={16} aria-hidden />}
              onClick={() => {
                setDialog({ kind: 'ADD', day: '' });
              }}
            >
              {t('schedules.addDay')}
            </Button>
          </Group>
        )}
      </Group>
      {!mayEdit && !isReader && (
        <Alert color="gray" variant="light" icon={<IconLock aria-hidden />}>
          {t('schedules.locked')}
        </Alert>
      )}
      {schedules.failure && <FailureAlert failure={schedules.failure} onRetry={refetch} />}
      <LiveValue live={schedules}>
        {(data) =>
          hasRoom ? (
            <ScheduleCalendar
              schedules={data}
              day={day}
              onMonth={setDay}
              today={today}
              canAdd={(candidate) => mayEdit && candidate >= today}
              onChoose={choose}
            />
          ) : (
            <ScheduleList
              schedules={data}
              day={day}
              onMonth={setDay}
              onChoose={(schedule) => {
                choose(schedule.date, schedule);
              }}
            />
          )
        }
      </LiveValue>
      {dialog?.kind === 'ADD' && (
        <AddScheduleDialog campaign={campaign} date={dialog.day} onAdded={setDay} onClose={close} />
      )}
      {dialog?.kind === 'EDIT' && (
        <EditRemainingDialog
          campaign={campaign}
          next={schedules.data?.find(({ date }) => date >= today) ?? campaign}
          onClose={close}
        />
      )}
      {dialog?.kind === 'DAY' && (
        <ScheduleDialog
          schedule={dialog.schedule}
          timeZone={campaign.timeZone}
          mayDelete={mayEdit && dialog.schedule.date >= today}
          onDeleted={refetch}
          onClose={close}
        />
      )}
    </Stack>
  );
}

function nearest(day: string, first: string, last: string): string {
  if (day < first) return first;
  return day > last ? last : day;
}
