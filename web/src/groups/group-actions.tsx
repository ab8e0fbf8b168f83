import { useMutation } from '@apollo/client/react';
import { Menu } from '@mantine/core';
import { IconPencil, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GroupRowFragment } from '../api/generated/graphql';
import { ConfirmDialog } from '../components/confirm-dialog';
import { sayDone } from '../components/passing-messages';
import { RowMenu } from '../components/row-menu';
import { useMe } from '../session/session';
import { EditGroupDialog } from './edit-group-dialog';
import { SET_GROUP_ENABLED } from './group-operations';

/** A group is never deleted, only disabled; before that, its rules are said. */
export function GroupActions({ group }: { readonly group: GroupRowFragment }) {
  const { t } = useTranslation();
  const isMaster = useMe().role === 'MASTER';
  const [setEnabled] = useMutation(SET_GROUP_ENABLED);
  const [dialog, setDialog] = useState<'EDIT' | 'SWITCH'>();
  const { id, name, enabled } = group;
  const close = (): void => {
    setDialog(undefined);
  };
  const SwitchIcon = enabled ? IconPlayerPause : IconPlayerPlay;
  const switchLabel = enabled ? t('groups.disable') : t('groups.enable');
  return (
    <>
      <RowMenu name={name}>
        {isMaster && (
          <Menu.Item
            leftSection={<IconPencil size={16} aria-hidden />}
            onClick={() => {
              setDialog('EDIT');
            }}
          >
            {t('actions.edit')}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<SwitchIcon size={16} aria-hidden />}
          onClick={() => {
            setDialog('SWITCH');
          }}
        >
          {switchLabel}
        </Menu.Item>
      </RowMenu>
      {dialog === 'EDIT' && <EditGroupDialog group={group} onClose={close} />}
      {dialog === 'SWITCH' && (
        <ConfirmDialog
          title={enabled ? t('groups.disableTitle', { name }) : t('groups.enableTitle', { name })}
          question={enabled ? t('groups.disabledRules') : t('groups.enabledRules')}
          confirmLabel={switchLabel}
          onConfirm={async () => {
            await setEnabled({ variables: { input: { id, enabled: !enabled } } });
            sayDone(enabled ? t('groups.disabledDone', { name }) : t('groups.enabledDone', { name }));
          }}
          onClose={close}
        />
      )}
    </>
  );
}
