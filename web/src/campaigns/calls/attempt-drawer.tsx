import { useQuery } from '@apollo/client/react';
import { Drawer, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { failureOf } from '../../api/failure';
import { FailureAlert } from '../../components/failure-alert';
import { useFormat } from '../../i18n/use-format';
import { AttemptBadge } from './attempt-badge';
import { AttemptEvidence } from './attempt-evidence';
import { AttemptFacts } from './attempt-facts';
import { AttemptTimeline } from './attempt-timeline';
import { CALL_ATTEMPT } from './call-operations';
import { useCallReasonText } from './call-reasons';

/** An attempt that is in flight is read again this often. */
const READ_AGAIN_MS = 1000;

interface AttemptDrawerProps {
  readonly attemptId: string;
  readonly onClose: () => void;
}

/** One attempt: what happened when, how it ended, and what the network said of it. */
export function AttemptDrawer({ attemptId, onClose }: AttemptDrawerProps) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const reasonText = useCallReasonText();
  const { data, error, refetch, stopPolling } = useQuery(CALL_ATTEMPT, {
    variables: { id: attemptId },
    fetchPolicy: 'network-only',
    nextFetchPolicy: 'cache-first',
    pollInterval: READ_AGAIN_MS,
  });
  const attempt = data?.callAttempt;
  const hasEnded = attempt?.state === 'ENDED';
  useEffect(() => {
    if (hasEnded) stopPolling();
  }, [hasEnded, stopPolling]);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      title={t('calls.attempt')}
      closeButtonProps={{ 'aria-label': t('actions.close') }}
    >
      <Stack>
        {error && <FailureAlert failure={failureOf(error)} onRetry={() => void refetch()} />}
        {!attempt && !error && <Text c="dimmed">{t('states.loading')}</Text>}
        {attempt && (
          <>
            <div>
              <Text fw={600}>{attempt.leadName || t('calls.noName')}</Text>
              <Text size="sm">{attempt.phoneNumber}</Text>
              <Text size="sm">{dateTime(attempt.queuedAt)}</Text>
            </div>
            <div>
              <AttemptBadge attempt={attempt} />
              {attempt.termination && (
                <Text size="sm" mt={4}>
                  {reasonText(attempt.termination.reason)}
                </Text>
              )}
            </div>
            <AttemptTimeline attempt={attempt} />
            <AttemptEvidence attempt={attempt} />
            <AttemptFacts attempt={attempt} />
          </>
        )}
      </Stack>
    </Drawer>
  );
}
