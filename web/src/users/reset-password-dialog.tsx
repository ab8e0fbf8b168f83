import { useMutation } from '@apollo/client/react';
import { Checkbox, PasswordInput, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { UserRowFragment } from '../api/generated/graphql';
import { EntityDialog } from '../components/entity-dialog';
import { EntityForm, useEntityForm } from '../components/entity-form';
import { useFieldRules } from '../components/field-rules';
import { sayDone } from '../components/passing-messages';
import { RESET_PASSWORD } from './user-operations';

interface ResetPasswordDialogProps {
  readonly user: UserRowFragment;
  readonly onClose: () => void;
}

export function ResetPasswordDialog({ user, onClose }: ResetPasswordDialogProps) {
  const { t } = useTranslation();
  const rules = useFieldRules();
  const [reset] = useMutation(RESET_PASSWORD);
  const form = useEntityForm({
    initialValues: { newPassword: '', mustChangePassword: true },
    validate: { newPassword: rules.password },
  });
  const { id: userId, username } = user;
  return (
    <EntityDialog title={t('users.resetTitle', { username })} onClose={onClose}>
      <EntityForm
        form={form}
        submitLabel={t('users.reset')}
        onCancel={onClose}
        onSubmit={async (values) => {
          await reset({ variables: { input: { userId, ...values } } });
          onClose();
          sayDone(t('users.resetDone', { username }));
        }}
      >
        <Text size="sm">{t('users.resetHint')}</Text>
        <PasswordInput
          label={t('passwordChange.new')}
          description={t('passwordChange.rule')}
          autoComplete="new-password"
          data-autofocus
          required
          {...form.getInputProps('newPassword')}
        />
        <Checkbox
          label={t('users.mustChangePasswordHint')}
          {...form.getInputProps('mustChangePassword', { type: 'checkbox' })}
        />
      </EntityForm>
    </EntityDialog>
  );
}
