import { useMutation } from '@apollo/client/react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../components/confirm-dialog';
import { sayDone } from '../components/passing-messages';
import { REMOVE_PORTS } from './port-operations';

interface RemovePortsDialogProps {
  readonly ids: readonly string[];
  readonly onRemoved: () => void;
  readonly onClose: () => void;
}

export function RemovePortsDialog({ ids, onRemoved, onClose }: RemovePortsDialogProps) {
  const { t } = useTranslation();
  const [remove] = useMutation(REMOVE_PORTS);
  const { length: count } = ids;
  return (
    <ConfirmDialog
      title={t('ports.removeTitle', { count })}
      question={t('ports.removeQuestion')}
      confirmLabel={t('ports.remove')}
      isDangerous
      onConfirm={async () => {
        await remove({ variables: { input: { ids: [...ids] } } });
        onRemoved();
        sayDone(t('ports.removed', { count }));
      }}
      onClose={onClose}
    />
  );
}
