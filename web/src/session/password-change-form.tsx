import { useMutation } from '@apollo/client/react';
import { PasswordInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { EntityForm, useEntityForm } from '../components/entity-form';
import { useFieldRules } from '../components/field-rules';
import type { Me } from './session';
import { CHANGE_PASSWORD } from './session-operations';

interface PasswordChangeFormProps {
  readonly onChanged: (me: Me) => void;
}

export function PasswordChangeForm({ onChanged }: PasswordChangeFormProps) {
  const { t } = useTranslation();
  const rules = useFieldRules();
  const [change] = useMutation(CHANGE_PASSWORD);
  const form = useEntityForm({
    initialValues: { currentPassword: '', newPassword: '', repeated: '' },
    validate: {
      currentPassword: rules.notBlank,
      newPassword: rules.password,
      repeated: (value, { newPassword }) => (value === newPassword ? null : t('fields.notRepeated')),
    },
  });
  return (
    <EntityForm
      form={form}
      submitLabel={t('passwordChange.submit')}
      onSubmit={async ({ currentPassword, newPassword }) => {
        const { data } = await change({ variables: { input: { currentPassword, newPassword } } });
        if (data?.changePassword) onChanged(data.changePassword.user);
      }}
    >
      <PasswordInput
        label={t('passwordChange.current')}
        autoComplete="current-password"
        data-autofocus
        required
        {...form.getInputProps('currentPassword')}
      />
      <PasswordInput
        label={t('passwordChange.new')}
        description={t('passwordChange.rule')}
        autoComplete="new-password"
        required
        {...form.getInputProps('newPassword')}
      />
      <PasswordInput
        label={t('passwordChange.repeated')}
        autoComplete="new-password"
        required
        {...form.getInputProps('repeated')}
      />
    </EntityForm>
  );
}
