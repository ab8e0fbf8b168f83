import { useApolloClient, useMutation } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DncServiceRowFragment } from '../api/generated/graphql';
import { EntityDialog } from '../components/entity-dialog';
import { EntityForm, useEntityForm } from '../components/entity-form';
import { useFieldRules } from '../components/field-rules';
import { sayDone } from '../components/passing-messages';
import { ALL_DNC_SERVICES, UPDATE_DNC_SERVICE } from './do-not-call-operations';
import { ServiceFields } from './service-fields';
import { serviceInput, type ServiceValues, serviceValues } from './service-values';

interface EditServiceDialogProps {
  readonly service: DncServiceRowFragment;
  readonly onClose: () => void;
}

export function EditServiceDialog({ service, onClose }: EditServiceDialogProps) {
  const { t } = useTranslation();
  const { notBlank } = useFieldRules();
  const client = useApolloClient();
  const [update] = useMutation(UPDATE_DNC_SERVICE);
  // The version of what is in the form: the row behind the dialog may already be a newer one.
  const [version, setVersion] = useState(service.version);
  const form = useEntityForm<ServiceValues>({
    initialValues: serviceValues(service),
    validate: { name: notBlank, url: notBlank },
  });
  const { id, name } = service;
  return (
    <EntityDialog title={t('doNotCall.editTitle', { name })} onClose={onClose}>
      <EntityForm
        form={form}
        submitLabel={t('actions.save')}
        onCancel={onClose}
        onSubmit={async (values) => {
          await update({ variables: { input: { id, version, ...serviceInput(values) } } });
          onClose();
          sayDone(t('doNotCall.saved', { name: values.name }));
        }}
        onReload={async () => {
          const { data } = await client.query({ query: ALL_DNC_SERVICES, fetchPolicy: 'network-only' });
          const present = data?.dncServices.nodes.find((candidate) => candidate.id === id);
          if (!present) return;
          form.setValues(serviceValues(present));
          setVersion(present.version);
        }}
      >
        <ServiceFields form={form} />
      </EntityForm>
    </EntityDialog>
  );
}
