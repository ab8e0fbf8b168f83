import { Menu } from '@mantine/core';
import { IconHelp, IconPencil, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { LeadRowFragment } from '../../api/generated/graphql';
import { RowMenu } from '../../components/row-menu';
import type { LeadDialog } from './lead-dialogs';

interface LeadMenuProps {
  readonly lead: LeadRowFragment;
  readonly mayEdit: boolean;
  readonly onChoose: (dialog: LeadDialog) => void;
}

export function LeadMenu({ lead, mayEdit, onChoose }: LeadMenuProps) {
  const { t } = useTranslation();
  const choose = (kind: LeadDialog['kind']) => () => {
    onChoose({ kind, lead });
  };
  return (
    <RowMenu name={lead.name || lead.phoneNumber}>
      <Menu.Item leftSection={<IconHelp size={16} aria-hidden />} onClick={choose('WHY')}>
        {t('leads.why')}
      </Menu.Item>
      {mayEdit && (
        <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={choose('EDIT')}>
          {t('actions.edit')}
        </Menu.Item>
      )}
      {mayEdit && (
        <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={choose('DELETE')}>
          {t('actions.delete')}
        </Menu.Item>
      )}
    </RowMenu>
  );
}
