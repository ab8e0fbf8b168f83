import { useMutation } from '@apollo/client/react';
import { Menu } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { QueueRowFragment } from '../api/generated/graphql';
import { ConfirmDialog } from '../components/confirm-dialog';
import { sayDone } from '../components/passing-messages';
import { RowMenu } from '../components/row-menu';
import { EditQueueDialog } from './edit-queue-dialog';
import { DELETE_QUEUE } from './queue-operations';

interface QueueActionsProps {
  readonly queue: QueueRowFragment;
  readonly onDeleted: () => void;
}

export function QueueActions({ queue, onDeleted }: QueueActionsProps) {
  const { t } = useTranslation();
  const [remove] = useMutation(DELETE_QUEUE);
  const [dialog, setDialog] = useState<'EDIT' | 'DELETE'>();
  const { id, name } = queue;
  const close = (): void => {
    setDialog(undefined);
  };
  return (
    <>
      <RowMenu name={name}>
        <Menu.Item
          leftSection={<IconPencil size={16} aria-hidden />}
          onClick={() => {
            setDialog('EDIT');
          }}
        >
          {t('actions.edit')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() => {
            setDialog('DELETE');
          }}
        >
          {t('actions.delete')}
        </Menu.Item>
      </RowMenu>
      {dialog === 'EDIT' && <EditQueueDialog queue={queue} onClose={close} />}
      {dialog === 'DELETE' && (
        <ConfirmDialog
          title={t('queues.deleteTitle', { name })}
          question={t('queues.deleteQuestion')}
          confirmLabel={t('actions.delete')}
          isDangerous
          onConfirm={async () => {
            await remove({ variables: { input: { id } } });
            onDeleted();
            sayDone(t('queues.deleted', { name }));
          }}
          onClose={close}
        />
      )}
    </>
  );
}
