import { useMutation } from '@apollo/client/react';
import { Checkbox, PasswordInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { EntityDialog } from '../components/entity-dialog';
import { EntityForm, useEntityForm } from '../components/entity-form';
import { useFieldRules } from '../components/field-rules';
import { sayDone } from '../components/passing-messages';
import { useMe } from '../session/session';
import { UserFields, type UserValues } from './user-fields';
import { CREATE_USER } from './user-operations';

interface CreateUserDialogProps {
  readonly onCreated: () => void;
  readonly onClose: () => void;
}

interface NewUserValues extends UserValues {
  readonly password: string;
  readonly mustChangePassword: boolean;
}

export function CreateUserDialog({ onCreated, onClose }: CreateUserDialogProps) {
  const { t } = useTranslation();
  const rules = useFieldRules();
  const me = useMe();
  const [create] = useMutation(CREATE_USER);
  const form = useEntityForm<NewUserValues>({
    initialValues: {
      username: '',
      role: 'CAMPAIGN_SUPERVISOR',
      groupIds: me.role === 'GROUP_MANAGER' && me.groups.length === 1 ? me.groups.map(({ id }) => id) : [],
      password: '',
      mustChangePassword: true,
    },
    validate: { username: rules.notBlank, password: rules.password },
  });
  return (
    <EntityDialog title={t('users.addTitle')} onClose={onClose}>
      <EntityForm
        form={form}
        submitLabel={t('actions.create')}
        onCancel={onClose}
        onSubmit={async (input) => {
          await create({ variables: { input } });
          onCreated();
          onClose();
          sayDone(t('users.created', { username: input.username }));
        }}
      >
        <UserFields form={form} />
        <PasswordInput
          label={t('users.firstPassword')}
          description={t('passwordChange.rule')}
          autoComplete="new-password"
          required
          {...form.getInputProps('password')}
        />
        <Checkbox
          label={t('users.mustChangePasswordHint')}
          {...form.getInputProps('mustChangePassword', { type: 'checkbox' })}
        />
      </EntityForm>
    </EntityDialog>
  );
}
