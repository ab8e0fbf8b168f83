import { useApolloClient, useMutation } from '@apollo/client/react';
import { Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LeadRowFragment } from '../../api/generated/graphql';
import { EntityDialog } from '../../components/entity-dialog';
import { EntityForm, useEntityForm } from '../../components/entity-form';
import { useFieldRules } from '../../components/field-rules';
import { sayDone } from '../../components/passing-messages';
import { LEAD, UPDATE_LEAD } from './lead-operations';

interface EditLeadDialogProps {
  readonly lead: LeadRowFragment;
  readonly onSaved: (lead: LeadRowFragment) => void;
  readonly onClose: () => void;
}

export function EditLeadDialog({ lead, onSaved, onClose }: EditLeadDialogProps) {
  const { t } = useTranslation();
  const { phoneNumber } = useFieldRules();
  const client = useApolloClient();
  const [update] = useMutation(UPDATE_LEAD);
  const [version, setVersion] = useState(lead.version);
  const form = useEntityForm({ initialValues: valuesOf(lead), validate: { phoneNumber } });
  return (
    <EntityDialog title={t('leads.editTitle', { name: lead.name || lead.phoneNumber })} onClose={onClose}>
      <EntityForm
        form={form}
        submitLabel={t('actions.save')}
        onCancel={onClose}
        onSubmit={async (values) => {
          const { data } = await update({
            variables: { input: { id: lead.id, version, ...values, phoneNumber: values.phoneNumber.trim() } },
          });
          if (data?.updateLead) onSaved(data.updateLead.lead);
          onClose();
          sayDone(t('leads.saved', { name: values.name || values.phoneNumber }));
        }}
        onReload={async () => {
          const { data } = await client.query({
            query: LEAD,
            variables: { id: lead.id },
            fetchPolicy: 'network-only',
          });
          if (!data?.lead) return;
          form.setValues(valuesOf(data.lead));
          setVersion(data.lead.version);
        }}
      >
        <TextInput label={t('leads.name')} data-autofocus {...form.getInputProps('name')} />
        <TextInput label={t('leads.number')} type="tel" required {...form.getInputProps('phoneNumber')} />
        <Textarea label={t('leads.description')} autosize minRows={2} {...form.getInputProps('description')} />
      </EntityForm>
    </EntityDialog>
  );
}

function valuesOf({ name, phoneNumber, description }: LeadRowFragment) {
  return { name, phoneNumber, description };
}
