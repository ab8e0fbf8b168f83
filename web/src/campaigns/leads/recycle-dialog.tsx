import { useMutation } from '@apollo/client/react';
import { MultiSelect, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LeadStatus } from '../../api/generated/graphql';
import { EntityDialog } from '../../components/entity-dialog';
import { EntityForm, useEntityForm } from '../../components/entity-form';
import { sayDone } from '../../components/passing-messages';
import { retriedStatuses } from '../settings/campaign-values';
import { RECYCLE_LEADS } from './lead-operations';

interface RecycleDialogProps {
  readonly campaignId: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Makes leads callable again that have been called. */
export function RecycleDialog({ campaignId, onDone, onClose }: RecycleDialogProps) {
  const { t } = useTranslation();
  const [recycle] = useMutation(RECYCLE_LEADS);
  const form = useEntityForm<{ statuses: LeadStatus[] }>({
    initialValues: { statuses: [] },
    validate: { statuses: (chosen) => (chosen.length === 0 ? t('fields.choose') : null) },
  });
  return (
    <EntityDialog title={t('leads.recycle')} onClose={onClose}>
      <EntityForm
        form={form}
        submitLabel={t('leads.recycle')}
        onCancel={onClose}
        onSubmit={async ({ statuses }) => {
          const { data } = await recycle({ variables: { input: { campaignId, statuses } } });
          onDone();
          onClose();
          sayDone(t('leads.recycled', { count: data?.recycleLeads?.recycledCount ?? 0 }));
        }}
      >
        <Text size="sm">{t('leads.recycleHint')}</Text>
        <MultiSelect
          label={t('leads.recycleStatuses')}
          data={retriedStatuses.map((status) => ({ value: status, label: t(`leadStatuses.${status}`) }))}
          data-autofocus
          required
          {...form.getInputProps('statuses')}
        />
      </EntityForm>
    </EntityDialog>
  );
}
