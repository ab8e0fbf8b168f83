import { useApolloClient, useMutation } from '@apollo/client/react';
import { SimpleGrid, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CampaignDetailsFragment, ScheduleRowFragment } from '../../api/generated/graphql';
import { EntityDialog } from '../../components/entity-dialog';
import { EntityForm, useEntityForm } from '../../components/entity-form';
import { useFieldRules } from '../../components/field-rules';
import { sayDone } from '../../components/passing-messages';
import { CAMPAIGN } from '../campaign-operations';
import { timeOfDay } from '../settings/campaign-values';
import { UPDATE_REMAINING_SCHEDULES } from './schedule-operations';

interface EditRemainingDialogProps {
  readonly campaign: CampaignDetailsFragment;
  /** Whose times the form begins with. */
  readonly next: Pick<ScheduleRowFragment, 'startTime' | 'endTime'>;
  readonly onClose: () => void;
}

/** New hours for today and all later days. */
export function EditRemainingDialog({ campaign, next, onClose }: EditRemainingDialogProps) {
  const { t } = useTranslation();
  const { notBlank } = useFieldRules();
  const client = useApolloClient();
  const [update] = useMutation(UPDATE_REMAINING_SCHEDULES);
  const [version, setVersion] = useState(campaign.version);
  const form = useEntityForm({
    initialValues: { startTime: timeOfDay(next.startTime), endTime: timeOfDay(next.endTime) },
    validate: { startTime: notBlank, endTime: notBlank },
  });
  const { id: campaignId, timeZone } = campaign;
  return (
    <EntityDialog title={t('schedules.editRemaining')} onClose={onClose}>
      <EntityForm
        form={form}
        submitLabel={t('actions.save')}
        onCancel={onClose}
        onSubmit={async (values) => {
          const { data } = await update({ variables: { input: { campaignId, version, ...values } } });
          onClose();
          sayDone(t('schedules.edited', { count: data?.updateRemainingSchedules?.updatedCount ?? 0 }));
        }}
        onReload={async () => {
          const { data } = await client.query({
            query: CAMPAIGN,
            variables: { id: campaignId },
            fetchPolicy: 'network-only',
          });
          if (data?.campaign) setVersion(data.campaign.version);
        }}
      >
        <Text size="sm">{t('schedules.editRemainingHint', { timeZone })}</Text>
        <SimpleGrid cols={2}>
          <TextInput
            type="time"
            label={t('campaignFields.startTime')}
            data-autofocus
            required
            {...form.getInputProps('startTime')}
          />
          <TextInput type="time" label={t('campaignFields.endTime')} required {...form.getInputProps('endTime')} />
        </SimpleGrid>
      </EntityForm>
    </EntityDialog>
  );
}
