import { useMutation } from '@apollo/client/react';
import { useTranslation } from 'react-i18next';
import type { LeadRowFragment } from '../../api/generated/graphql';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { sayDone } from '../../components/passing-messages';
import { EditLeadDialog } from './edit-lead-dialog';
import { LeadDetailsDialog } from './lead-details-dialog';
import { DELETE_LEADS } from './lead-operations';
import type { LeadWindow } from './lead-window';

export interface LeadDialog {
  readonly kind: 'EDIT' | 'WHY' | 'DELETE';
  readonly lead: LeadRowFragment;
}

interface LeadDialogsProps {
  readonly dialog: LeadDialog;
  readonly campaignId: string;
  readonly window: LeadWindow;
  readonly onClose: () => void;
}

/** The dialog of one lead. It is not in the lead's row, which goes when the list is scrolled or read again. */
export function LeadDialogs({ dialog: { kind, lead }, campaignId, window, onClose }: LeadDialogsProps) {
  const { t } = useTranslation();
  const [remove] = useMutation(DELETE_LEADS);
  if (kind === 'WHY') return <LeadDetailsDialog lead={lead} onClose={onClose} />;
  if (kind === 'EDIT') {
    return (
      <EditLeadDialog
        lead={lead}
        onSaved={(saved) => {
          window.replace(saved);
        }}
        onClose={onClose}
      />
    );
  }
  return (
    <ConfirmDialog
      title={t('leads.deleteTitle', { name: lead.name || lead.phoneNumber })}
      question={t('leads.deleteQuestion')}
      confirmLabel={t('actions.delete')}
      isDangerous
      onConfirm={async () => {
        await remove({ variables: { input: { campaignId, leadIds: [lead.id] } } });
        window.remove(lead.id);
        sayDone(t('leads.deleted', { count: 1 }));
      }}
      onClose={onClose}
    />
  );
}
