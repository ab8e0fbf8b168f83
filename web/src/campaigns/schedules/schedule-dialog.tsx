import { useMutation } from '@apollo/client/react';
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ScheduleRowFragment } from '../../api/generated/graphql';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { EntityDialog } from '../../components/entity-dialog';
import { sayDone } from '../../components/passing-messages';
import { useFormat } from '../../i18n/use-format';
import { timeOfDay } from '../settings/campaign-values';
import { DELETE_SCHEDULE } from './schedule-operations';
import { ScheduleStatus } from './schedule-status';

interface ScheduleDialogProps {
  readonly schedule: ScheduleRowFragment;
  readonly timeZone: string;
  readonly mayDelete: boolean;
  readonly onDeleted: () => void;
  readonly onClose: () => void;
}

/** One day: its window, its status, and its deletion. */
export function ScheduleDialog({ schedule, timeZone, mayDelete, onDeleted, onClose }: ScheduleDialogProps) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const [remove] = useMutation(DELETE_SCHEDULE);
  const [isDeleting, setIsDeleting] = useState(false);
  const { id, startTime, endTime, status } = schedule;
  const day = date(schedule.date);
  if (isDeleting) {
    return (
      <ConfirmDialog
        title={t('schedules.deleteTitle', { day })}
        question={t('schedules.deleteQuestion')}
        confirmLabel={t('actions.delete')}
        isDangerous
        onConfirm={async () => {
          await remove({ variables: { input: { id } } });
          onDeleted();
          sayDone(t('schedules.deleted', { day }));
        }}
        onClose={onClose}
      />
    );
  }
  return (
    <EntityDialog title={day} onClose={onClose}>
      <Stack>
        <Group>
          <Text fw={600}>{t('schedules.window', { start: timeOfDay(startTime), end: timeOfDay(endTime) })}</Text>
          <ScheduleStatus status={status} />
        </Group>
        <Text size="sm">{t(`scheduleStatusHints.${status}`)}</Text>
        <Text size="sm" c="dimmed">
          {t('schedules.inTimeZone', { timeZone })}
        </Text>
        {mayDelete && (
          <Group justify="flex-end">
            <Button
              variant="default"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => {
                setIsDeleting(true);
              }}
            >
              {t('schedules.deleteDay')}
            </Button>
          </Group>
        )}
      </Stack>
    </EntityDialog>
  );
}
