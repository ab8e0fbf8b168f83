import { useApolloClient, useMutation } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GroupRowFragment } from '../api/generated/graphql';
import { EntityDialog } from '../components/entity-dialog';
import { EntityForm, useEntityForm } from '../components/entity-form';
import { useFieldRules } from '../components/field-rules';
import { sayDone } from '../components/passing-messages';
import { GroupFields, type GroupValues } from './group-fields';
import { GROUP, UPDATE_GROUP } from './group-operations';

interface EditGroupDialogProps {
  readonly group: GroupRowFragment;
  readonly onClose: () => void;
}

export function EditGroupDialog({ group, onClose }: EditGroupDialogProps) {
  const { t } = useTranslation();
  const rules = useFieldRules();
  const client = useApolloClient();
  const [update] = useMutation(UPDATE_GROUP);
  // The version of what is in the form: the row behind the dialog may already be a newer one.
  const [version, setVersion] = useState(group.version);
  const form = useEntityForm<GroupValues>({ initialValues: valuesOf(group), validate: { name: rules.notBlank } });
  return (
    <EntityDialog title={t('groups.editTitle', { name: group.name })} onClose={onClose}>
      <EntityForm
        form={form}
        submitLabel={t('actions.save')}
        onCancel={onClose}
        onSubmit={async (values) => {
          await update({ variables: { input: { id: group.id, version, ...values } } });
          onClose();
          sayDone(t('groups.saved', { name: values.name }));
        }}
        onReload={async () => {
          const { data } = await client.query({
            query: GROUP,
            variables: { id: group.id },
            fetchPolicy: 'network-only',
          });
          if (!data?.group) return;
          form.setValues(valuesOf(data.group));
          setVersion(data.group.version);
        }}
      >
        <GroupFields form={form} />
      </EntityForm>
    </EntityDialog>
  );
}

function valuesOf({ name, description }: GroupRowFragment): GroupValues {
  return { name, description };
}
