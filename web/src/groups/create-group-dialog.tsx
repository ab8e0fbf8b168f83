import { useMutation } from '@apollo/client/react';
import { useTranslation } from 'react-i18next';
import { EntityDialog } from '../components/entity-dialog';
import { EntityForm, useEntityForm } from '../components/entity-form';
import { useFieldRules } from '../components/field-rules';
import { sayDone } from '../components/passing-messages';
import { GroupFields, type GroupValues } from './group-fields';
import { CREATE_GROUP } from './group-operations';

interface CreateGroupDialogProps {
  readonly onCreated: () => void;
  readonly onClose: () => void;
}

export function CreateGroupDialog({ onCreated, onClose }: CreateGroupDialogProps) {
  const { t } = useTranslation();
  const rules = useFieldRules();
  const [create] = useMutation(CREATE_GROUP);
  const form = useEntityForm<GroupValues>({
    initialValues: { name: '', description: '' },
    validate: { name: rules.notBlank },
  });
  return (
    <EntityDialog title={t('groups.addTitle')} onClose={onClose}>
      <EntityForm
        form={form}
        submitLabel={t('actions.create')}
        onCancel={onClose}
        onSubmit={async (input) => {
          await create({ variables: { input } });
          onCreated();
          onClose();
          sayDone(t('groups.created', { name: input.name }));
        }}
      >
        <GroupFields form={form} />
      </EntityForm>
    </EntityDialog>
  );
}
