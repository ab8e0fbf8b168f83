import { Box, Text, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Live } from '../api/use-live';
import { useFailureText } from '../api/use-failure-text';
import { useFormat } from '../i18n/use-format';
import classes from './live-value.module.css';

interface LiveValueProps<T> {
  readonly live: Live<T>;
  readonly children: (data: T) => ReactNode;
}

/** Shows what came over a subscription; what is not live any more is struck in another colour, and says of when it is. */
export function LiveValue<T>({ live, children }: LiveValueProps<T>) {
  const { t } = useTranslation();
  const { time } = useFormat();
  const failureText = useFailureText();
  if (live.failure?.code === 'NOT_FOUND') return <Text c="dimmed">{failureText.of(live.failure)}</Text>;
  if (live.data === undefined) {
    return <Text c="dimmed">{live.failure ? t('states.unavailable') : t('states.waiting')}</Text>;
  }
  if (!live.isStale) return children(live.data);
  return (
    <Box className={classes.stale ?? ''} data-stale>
      {children(live.data)}
      <Text size="xs" className={classes.note ?? ''}>
        <VisuallyHidden>{t('states.stale')} </VisuallyHidden>
        {t('states.asOf', { time: live.receivedAt ? time(live.receivedAt) : '–' })}
      </Text>
    </Box>
  );
}
