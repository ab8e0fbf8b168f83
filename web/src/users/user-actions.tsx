import { useMutation } from '@apollo/client/react';
import { Menu } from '@mantine/core';
import { IconKey, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UserRowFragment } from '../api/generated/graphql';
import { ConfirmDialog } from '../components/confirm-dialog';
import { sayDone } from '../components/passing-messages';
import { RowMenu } from '../components/row-menu';
import { useMe } from '../session/session';
import { EditUserDialog } from './edit-user-dialog';
import { ResetPasswordDialog } from './reset-password-dialog';
import { DELETE_USER } from './user-operations';

interface UserActionsProps {
  readonly user: UserRowFragment;
  readonly onDeleted: () => void;
}

type OpenDialog = 'EDIT' | 'RESET' | 'DELETE';

/** What the reader may do with this user; a `GROUP_MANAGER` has nothing to do with a `MASTER`. */
export function UserActions({ user, onDeleted }: UserActionsProps) {
  const { t } = useTranslation();
  const me = useMe();
  const [remove] = useMutation(DELETE_USER);
  const [dialog, setDialog] = useState<OpenDialog>();
  const isMaster = me.role === 'MASTER';
  const { id, username } = user;
  if (user.role === 'MASTER' && !isMaster) return null;

  const open = (wanted: OpenDialog) => () => {
    setDialog(wanted);
  };
  const close = (): void => {
    setDialog(undefined);
  };
  return (
    <>
      <RowMenu name={username}>
        <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={open('EDIT')}>
          {t('actions.edit')}
        </Menu.Item>
        {isMaster && (
          <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={open('RESET')}>
            {t('users.reset')}
          </Menu.Item>
        )}
        {id !== me.id && (
          <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={open('DELETE')}>
            {t('actions.delete')}
          </Menu.Item>
        )}
      </RowMenu>
      {dialog === 'EDIT' && <EditUserDialog user={user} onClose={close} />}
      {dialog === 'RESET' && <ResetPasswordDialog user={user} onClose={close} />}
      {dialog === 'DELETE' && (
        <ConfirmDialog
          title={t('users.deleteTitle', { username })}
          question={t('users.deleteQuestion')}
          confirmLabel={t('actions.delete')}
          isDangerous
          onConfirm={async () => {
            await remove({ variables: { input: { id } } });
            onDeleted();
            sayDone(t('users.deleted', { username }));
          }}
          onClose={close}
        />
      )}
    </>
  );
}
