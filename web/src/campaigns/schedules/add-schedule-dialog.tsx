import { useMutation } from '@apollo/client/react';
import { SimpleGrid, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CampaignDetailsFragment } from '../../api/generated/graphql';
import { EntityDialog } from '../../components/entity-dialog';
import { EntityForm, useEntityForm } from '../../components/entity-form';
import { useFieldRules } from '../../components/field-rules';
import { sayDone } from '../../components/passing-messages';
import { useFormat } from '../../i18n/use-format';
import { timeOfDay } from '../settings/campaign-values';
import { ADD_SCHEDULE } from './schedule-operations';

interface AddScheduleDialogProps {
  readonly campaign: CampaignDetailsFragment;
  /** The day to begin with; empty: it is to be chosen. */
  readonly date: string;
  readonly onAdded: (day: string) => void;
  readonly onClose: () => void;
}

export function AddScheduleDialog({ campaign, date, onAdded, onClose }: AddScheduleDialogProps) {
  const { t } = useTranslation();
  const { notBlank } = useFieldRules();
  const format = useFormat();
  const [add] = useMutation(ADD_SCHEDULE);
  const form = useEntityForm({
    initialValues: { date, startTime: timeOfDay(campaign.startTime), endTime: timeOfDay(campaign.endTime) },
    validate: { date: notBlank, startTime: notBlank, endTime: notBlank },
  });
  return (
    <EntityDialog title={t('schedules.addTitle')} onClose={onClose}>
      <EntityForm
        form={form}
        submitLabel={t('schedules.addDay')}
        onCancel={onClose}
        onSubmit={async (values) => {
          await add({ variables: { input: { campaignId: campaign.id, ...values } } });
          onAdded(values.date);
          onClose();
          sayDone(t('schedules.added', { day: format.date(values.date) }));
        }}
      >
        <TextInput
          type="date"
          label={t('schedules.day')}
          description={t('schedules.inTimeZone', { timeZone: campaign.timeZone })}
          data-autofocus
          required
          {...form.getInputProps('date')}
        />
        <SimpleGrid cols={2}>
          <TextInput type="time" label={t('campaignFields.startTime')} required {...form.getInputProps('startTime')} />
          <TextInput type="time" label={t('campaignFields.endTime')} required {...form.getInputProps('endTime')} />
        </SimpleGrid>
      </EntityForm>
    </EntityDialog>
  );
}
