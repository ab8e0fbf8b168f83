import { useApolloClient, useMutation } from '@apollo/client/react';
import { Box, Fieldset, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CampaignDetailsFragment } from '../../api/generated/graphql';
import { EntityForm, useEntityForm } from '../../components/entity-form';
import { sayDone } from '../../components/passing-messages';
import { CAMPAIGN, UPDATE_CAMPAIGN } from '../campaign-operations';
import { campaignInput, type CampaignValues, campaignValues } from './campaign-values';
import { DialingFields } from './dialing-fields';
import { TargetFields } from './target-fields';
import { useCampaignRules } from './use-campaign-rules';

export function SettingsForm({ campaign }: { readonly campaign: CampaignDetailsFragment }) {
  const { t } = useTranslation();
  const client = useApolloClient();
  const rules = useCampaignRules();
  const [update] = useMutation(UPDATE_CAMPAIGN);
  // The version of what is in the form: the campaign around it may already be a newer one.
  const [version, setVersion] = useState(campaign.version);
  const form = useEntityForm<CampaignValues>({ initialValues: campaignValues(campaign), validate: rules });
  const show = (present: CampaignDetailsFragment): void => {
    form.setValues(campaignValues(present));
    setVersion(present.version);
  };
  return (
    <Box maw={900}>
      <EntityForm
        form={form}
        submitLabel={t('actions.save')}
        onSubmit={async (values) => {
          const { id } = campaign;
          const { data } = await update({ variables: { input: { id, version, ...campaignInput(values) } } });
          if (data?.updateCampaign) show(data.updateCampaign.campaign);
          sayDone(t('campaigns.saved', { name: values.name }));
        }}
        onReload={async () => {
          const { data } = await client.query({
            query: CAMPAIGN,
            variables: { id: campaign.id },
            fetchPolicy: 'network-only',
          });
          if (data?.campaign) show(data.campaign);
        }}
      >
        <TargetFields form={form} />
        <Fieldset legend={t('campaigns.dialing')}>
          <Stack>
            <DialingFields form={form} />
          </Stack>
        </Fieldset>
        <Text size="sm" c="dimmed">
          {t('campaigns.daysElsewhere')}
        </Text>
      </EntityForm>
    </Box>
  );
}
