import { useTranslation } from 'react-i18next';
import { EntityDialog } from '../components/entity-dialog';
import { sayDone } from '../components/passing-messages';
import { PasswordChangeForm } from './password-change-form';
import { useSession } from './session';

export default function PasswordChangeDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { begin } = useSession();
  return (
    <EntityDialog title={t('passwordChange.title')} onClose={onClose}>
      <PasswordChangeForm
        onChanged={(me) => {
          begin(me);
          onClose();
          sayDone(t('passwordChange.done'));
        }}
      />
    </EntityDialog>
  );
}
