import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Failure } from '../api/failure';
import { useFailureText } from '../api/use-failure-text';

type FailureAlertProps = {
  /** Asks again; a button offers it. */
  readonly onRetry?: () => void;
} & ({ readonly failure: Failure } | { readonly text: string });

/** What went wrong, in the reader's words, said to screen readers at once. */
export function FailureAlert({ onRetry, ...what }: FailureAlertProps) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  return (
    <Alert color="red" variant="light" role="alert" icon={<IconAlertTriangle aria-hidden />}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{'text' in what ? what.text : failureText.of(what.failure)}</Text>
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {t('actions.retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
