import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LineHealthStateFragment, LineState } from '../api/generated/graphql';
import { StateBadge } from '../components/state-badge';
import { useFormat } from '../i18n/use-format';

const tones = {
  IN_SERVICE: 'good',
  CONNECTING: 'waiting',
  BACKING_OFF: 'bad',
  OUT_OF_SERVICE: 'bad',
} as const satisfies Record<LineState, string>;

/** Whether a trunk or port can be used, and if not, why not and when it is tried again. */
export function LineHealth({ health }: { readonly health: LineHealthStateFragment }) {
  const { t } = useTranslation();
  const { dateTime, time } = useFormat();
  const { state, since, message, sipStatus, nextTryAt } = health;
  return (
    <Stack gap={2} align="flex-start">
      <StateBadge tone={tones[state]}>{t(`lineStates.${state}`)}</StateBadge>
      <Text size="xs" c="dimmed">
        {t('engine.since', { at: dateTime(since) })}
      </Text>
      {(message ?? sipStatus) && (
        <Text size="xs" maw={360} lang="en">
          {[sipStatus && `SIP ${sipStatus}`, message].filter(Boolean).join(': ')}
        </Text>
      )}
      {nextTryAt && (
        <Text size="xs" c="dimmed">
          {t('installation.nextTry', { time: time(new Date(nextTryAt)) })}
        </Text>
      )}
    </Stack>
  );
}
