import { useMutation } from '@apollo/client/react';
import { Menu } from '@mantine/core';
import { IconPencil, IconPlugConnected, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { TrunkRowFragment } from '../api/generated/graphql';
import { ConfirmDialog } from '../components/confirm-dialog';
import { sayDone } from '../components/passing-messages';
import { RowMenu } from '../components/row-menu';
import { EditTrunkDialog } from './edit-trunk-dialog';
import { DELETE_TRUNK } from './trunk-operations';

interface TrunkActionsProps {
  readonly trunk: TrunkRowFragment;
  readonly onDeleted: () => void;
}

export function TrunkActions({ trunk, onDeleted }: TrunkActionsProps) {
  const { t } = useTranslation();
  const [remove] = useMutation(DELETE_TRUNK);
  const [dialog, setDialog] = useState<'EDIT' | 'DELETE'>();
  const { id, name, channels } = trunk;
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
        {channels == null && (
          <Menu.Item
            component={Link}
            to={`/installation/ports?trunk=${id}`}
            leftSection={<IconPlugConnected size={16} aria-hidden />}
          >
            {t('trunks.toPorts')}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() => {
            setDialog('DELETE');
          }}
        >
          {t('actions.delete')}
        </Menu.Item>
      </RowMenu>
      {dialog === 'EDIT' && <EditTrunkDialog trunk={trunk} onClose={close} />}
      {dialog === 'DELETE' && (
        <ConfirmDialog
          title={t('trunks.deleteTitle', { name })}
          question={t('trunks.deleteQuestion')}
          confirmLabel={t('actions.delete')}
          isDangerous
          onConfirm={async () => {
            await remove({ variables: { input: { id } } });
            onDeleted();
            sayDone(t('trunks.deleted', { name }));
          }}
          onClose={close}
        />
      )}
    </>
  );
}
