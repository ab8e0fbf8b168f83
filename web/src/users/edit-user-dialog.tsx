import { useApolloClient, useMutation } from '@apollo/client/react';
import { Switch } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UserRowFragment } from '../api/generated/graphql';
import { EntityDialog } from '../components/entity-dialog';
import { EntityForm, useEntityForm } from '../components/entity-form';
import { useFieldRules } from '../components/field-rules';
import { sayDone } from '../components/passing-messages';
import { UserFields, type UserValues } from './user-fields';
import { UPDATE_USER, USER } from './user-operations';

interface EditUserDialogProps {
  readonly user: UserRowFragment;
  readonly onClose: () => void;
}

interface EditedUserValues extends UserValues {
  readonly enabled: boolean;
}

export function EditUserDialog({ user, onClose }: EditUserDialogProps) {
  const { t } = useTranslation();
  const rules = useFieldRules();
  const client = useApolloClient();
  const [update] = useMutation(UPDATE_USER);
  // The version of what is in the form: the row behind the dialog may already be a newer one.
  const [version, setVersion] = useState(user.version);
  const form = useEntityForm<EditedUserValues>({
    initialValues: valuesOf(user),
    validate: { username: rules.notBlank },
  });
  return (
    <EntityDialog title={t('users.editTitle', { username: user.username })} onClose={onClose}>
      <EntityForm
        form={form}
        submitLabel={t('actions.save')}
        onCancel={onClose}
        onSubmit={async (values) => {
          await update({ variables: { input: { id: user.id, version, ...values } } });
          onClose();
          sayDone(t('users.saved', { username: values.username }));
        }}
        onReload={async () => {
          const { data } = await client.query({
            query: USER,
            variables: { id: user.id },
            fetchPolicy: 'network-only',
          });
          if (!data?.user) return;
          form.setValues(valuesOf(data.user));
          setVersion(data.user.version);
        }}
      >
        <UserFields form={form} />
        <Switch
          label={t('users.mayLogIn')}
          description={t('users.rightsHint')}
          {...form.getInputProps('enabled', { type: 'checkbox' })}
        />
      </EntityForm>
    </EntityDialog>
  );
}

function valuesOf({ username, role, enabled, groups }: UserRowFragment): EditedUserValues {
  return { username, role, enabled, groupIds: groups.map(({ id }) => id) };
}
