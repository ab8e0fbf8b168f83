import { useMutation } from '@apollo/client/react';
import { useTranslation } from 'react-i18next';
import { EntityDialog } from '../components/entity-dialog';
import { EntityForm, useEntityForm } from '../components/entity-form';
import { useFieldRules } from '../components/field-rules';
import { sayDone } from '../components/passing-messages';
import { TrunkFields } from './trunk-fields';
import { CREATE_TRUNK } from './trunk-operations';
import { newTrunk, trunkInput, type TrunkValues } from './trunk-values';

interface CreateTrunkDialogProps {
  readonly onCreated: () => void;
  readonly onClose: () => void;
}

export function CreateTrunkDialog({ onCreated, onClose }: CreateTrunkDialogProps) {
  const { t } = useTranslation();
  const rules = useFieldRules();
  const [create] = useMutation(CREATE_TRUNK);
  const form = useEntityForm<TrunkValues>({
    initialValues: newTrunk,
    validate: { name: rules.notBlank, servers: { host: rules.notBlank } },
  });
  return (
    <EntityDialog title={t('trunks.addTitle')} onClose={onClose}>
      <EntityForm
        form={form}
        submitLabel={t('actions.create')}
        onCancel={onClose}
        onSubmit={async (values) => {
          await create({ variables: { input: trunkInput(values) } });
          onCreated();
          onClose();
          sayDone(t('trunks.created', { name: values.name }));
        }}
      >
        <TrunkFields form={form} keepsPassword={false} />
      </EntityForm>
    </EntityDialog>
  );
}
