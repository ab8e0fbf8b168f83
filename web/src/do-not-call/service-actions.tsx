import { useMutation } from '@apollo/client/react';
import { Menu } from '@mantine/core';
import { IconPencil, IconTestPipe, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DncServiceRowFragment } from '../api/generated/graphql';
import { ConfirmDialog } from '../components/confirm-dialog';
import { sayDone } from '../components/passing-messages';
import { RowMenu } from '../components/row-menu';
import { DELETE_DNC_SERVICE } from './do-not-call-operations';
import { EditServiceDialog } from './edit-service-dialog';
import { TestServiceDialog } from './test-service-dialog';

interface ServiceActionsProps {
  readonly service: DncServiceRowFragment;
  readonly onDeleted: () => void;
}

type OpenDialog = 'TEST' | 'EDIT' | 'DELETE';

/** The built-in service can only be tested. */
export function ServiceActions({ service, onDeleted }: ServiceActionsProps) {
  const { t } = useTranslation();
  const [remove] = useMutation(DELETE_DNC_SERVICE);
  const [dialog, setDialog] = useState<OpenDialog>();
  const { id, name, builtIn } = service;
  const open = (wanted: OpenDialog) => () => {
    setDialog(wanted);
  };
  const close = (): void => {
    setDialog(undefined);
  };
  return (
    <>
      <RowMenu name={name}>
        <Menu.Item leftSection={<IconTestPipe size={16} aria-hidden />} onClick={open('TEST')}>
          {t('doNotCall.test')}
        </Menu.Item>
        {!builtIn && (
          <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={open('EDIT')}>
            {t('actions.edit')}
          </Menu.Item>
        )}
        {!builtIn && (
          <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={open('DELETE')}>
            {t('actions.delete')}
          </Menu.Item>
        )}
      </RowMenu>
      {dialog === 'TEST' && <TestServiceDialog service={service} onClose={close} />}
      {dialog === 'EDIT' && <EditServiceDialog service={service} onClose={close} />}
      {dialog === 'DELETE' && (
        <ConfirmDialog
          title={t('doNotCall.deleteTitle', { name })}
          question={t('doNotCall.deleteQuestion')}
          confirmLabel={t('actions.delete')}
          isDangerous
          onConfirm={async () => {
            await remove({ variables: { input: { id } } });
            onDeleted();
            sayDone(t('doNotCall.deleted', { name }));
          }}
          onClose={close}
        />
      )}
    </>
  );
}
