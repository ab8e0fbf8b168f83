import { Box, Text, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Polled } from '../api/use-polled';
import { FailureAlert } from '../components/failure-alert';
import classes from '../components/live-value.module.css';
import { useFormat } from '../i18n/use-format';

interface PolledFrameProps {
  readonly polled: Polled<unknown>;
  readonly children: ReactNode;
}

/** What is around something that is read again and again: of when it is, and whether that is now. */
export function PolledFrame({ polled, children }: PolledFrameProps) {
  const { t } = useTranslation();
  const { time } = useFormat();
  const { isStale, receivedAt, failure, refetch } = polled;
  const isOld = isStale && receivedAt !== undefined;
  const at = { time: receivedAt ? time(receivedAt) : '–' };
  return (
    <Box {...(isOld && { className: classes.stale ?? '', 'data-stale': true })}>
      {failure && <FailureAlert failure={failure} onRetry={refetch} />}
      {isOld && (
        <Text size="sm" mb="xs">
          <VisuallyHidden>{t('states.stale')} </VisuallyHidden>
          {t('states.asOf', at)}
        </Text>
      )}
      {children}
      {receivedAt && !isOld && (
        <Text size="xs" mt="xs" c="dimmed">
          {t('installation.refreshed', at)}
        </Text>
      )}
    </Box>
  );
}
