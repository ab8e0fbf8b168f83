import { useMutation } from '@apollo/client/react';
import { useTranslation } from 'react-i18next';
import { EntityDialog } from '../components/entity-dialog';
import { EntityForm, useEntityForm } from '../components/entity-form';
import { useFieldRules } from '../components/field-rules';
import { sayDone } from '../components/passing-messages';
import { CREATE_DNC_SERVICE } from './do-not-call-operations';
import { ServiceFields } from './service-fields';
import { newService, serviceInput, type ServiceValues } from './service-values';

interface CreateServiceDialogProps {
  readonly onCreated: () => void;
  readonly onClose: () => void;
}

export function CreateServiceDialog({ onCreated, onClose }: CreateServiceDialogProps) {
  const { t } = useTranslation();
  const { notBlank } = useFieldRules();
  const [create] = useMutation(CREATE_DNC_SERVICE);
  const form = useEntityForm<ServiceValues>({ initialValues: newService, validate: { name: notBlank, url: notBlank } });
  return (
    <EntityDialog title={t('doNotCall.addTitle')} onClose={onClose}>
      <EntityForm
        form={form}
        submitLabel={t('actions.create')}
        onCancel={onClose}
        onSubmit={async (values) => {
          await create({ variables: { input: serviceInput(values) } });
          onCreated();
          onClose();
          sayDone(t('doNotCall.created', { name: values.name }));
        }}
      >
        <ServiceFields form={form} />
      </EntityForm>
    </EntityDialog>
  );
}
