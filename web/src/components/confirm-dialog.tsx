import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Failure, failureOf } from '../api/failure';
import { EntityDialog } from './entity-dialog';
import { FailureAlert } from './failure-alert';

interface ConfirmDialogProps {
  readonly title: string;
  /** What will happen, and whether it can be undone. */
  readonly question: string;
  readonly confirmLabel: string;
  /** What cannot be undone is red. */
  readonly isDangerous?: boolean;
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before something is done; the dialog stays, with the reason, if it fails. The focus begins at "cancel". */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, question, confirmLabel, isDangerous = false, onConfirm, onClose } = props;
  const { t } = useTranslation();
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const confirm = async (): Promise<void> => {
    setIsBusy(true);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setFailure(failureOf(error));
      setIsBusy(false);
    }
  };
  return (
    <EntityDialog title={title} onClose={onClose}>
      <Stack>
        {failure && <FailureAlert failure={failure} />}
        <Text>{question}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('actions.cancel')}
          </Button>
          <Button {...(isDangerous && { color: 'red.9' })} loading={isBusy} onClick={() => void confirm()}>
            {confirmLabel}
          </Button>
        </Group>
      </Stack>
    </EntityDialog>
  );
}
