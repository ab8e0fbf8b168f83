import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AgentSourceStatus, QueueRowFragment } from '../api/generated/graphql';
import { StateBadge } from '../components/state-badge';
import { useFormat } from '../i18n/use-format';

const tones = {
  SYNCED: 'good',
  DEGRADED: 'waiting',
  CONNECTING: 'waiting',
  STALE: 'bad',
  DOWN: 'bad',
} as const satisfies Record<AgentSourceStatus, string>;

/** Whether the source of a queue can be believed, and what is wrong if it cannot. */
export function SourceHealth({ health }: { readonly health: QueueRowFragment['health'] }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const { status, since, fault, message } = health;
  return (
    <Stack gap={2} align="flex-start">
      <StateBadge tone={tones[status]}>{t(`sourceStates.${status}`)}</StateBadge>
      <Text size="xs" c="dimmed">
        {t('engine.since', { at: dateTime(since) })}
      </Text>
      {fault && <Text size="xs">{t(`sourceFaults.${fault}`)}</Text>}
      {message && (
        <Text size="xs" maw={360} lang="en">
          {message}
        </Text>
      )}
    </Stack>
  );
}
