import { useMutation } from '@apollo/client/react';
import { Fieldset, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { EntityDialog } from '../components/entity-dialog';
import { EntityForm, useEntityForm } from '../components/entity-form';
import { useFieldRules } from '../components/field-rules';
import { sayDone } from '../components/passing-messages';
import { useMe } from '../session/session';
import { CREATE_CAMPAIGN } from './campaign-operations';
import { CalendarFields } from './settings/calendar-fields';
import { newCampaign, newCampaignInput, type NewCampaignValues } from './settings/campaign-values';
import { DialingFields } from './settings/dialing-fields';
import { TargetFields } from './settings/target-fields';
import { useCampaignRules } from './settings/use-campaign-rules';

interface CreateCampaignDialogProps {
  /** What the form begins with, where the campaign is to be like another one. */
  readonly pattern?: NewCampaignValues | undefined;
  readonly onCreated: (id: string) => void;
  readonly onClose: () => void;
}

export function CreateCampaignDialog({ pattern = newCampaign, onCreated, onClose }: CreateCampaignDialogProps) {
  const { t } = useTranslation();
  const { notBlank } = useFieldRules();
  const rules = useCampaignRules();
  const [create] = useMutation(CREATE_CAMPAIGN);
  const [onlyGroup, ...others] = useMe().groups.filter(({ enabled }) => enabled);
  const form = useEntityForm<NewCampaignValues>({
    initialValues: {
      ...pattern,
      groupId: pattern.groupId ?? (others.length === 0 ? onlyGroup?.id : undefined) ?? null,
    },
    validate: { ...rules, firstDay: notBlank, lastDay: notBlank, startTime: notBlank, endTime: notBlank },
  });
  return (
    <EntityDialog title={t('campaigns.addTitle')} onClose={onClose} size="xl">
      <EntityForm
        form={form}
        submitLabel={t('actions.create')}
        onCancel={onClose}
        onSubmit={async (values) => {
          const { data } = await create({ variables: { input: newCampaignInput(values) } });
          onClose();
          sayDone(t('campaigns.created', { name: values.name }));
          if (data?.createCampaign) onCreated(data.createCampaign.campaign.id);
        }}
      >
        <TargetFields form={form} />
        <Fieldset legend={t('campaigns.calendar')}>
          <Stack>
            <CalendarFields form={form} />
          </Stack>
        </Fieldset>
        <Fieldset legend={t('campaigns.dialing')}>
          <Stack>
            <DialingFields form={form} />
          </Stack>
        </Fieldset>
      </EntityForm>
    </EntityDialog>
  );
}
