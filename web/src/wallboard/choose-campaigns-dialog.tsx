import { useQuery } from '@apollo/client/react';
import { Button, Group, MultiSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { failureOf } from '../api/failure';
import { EntityDialog } from '../components/entity-dialog';
import { FailureAlert } from '../components/failure-alert';
import { longList } from '../components/long-list';
import { MOST_CAMPAIGNS } from './use-wall-choice';
import { CAMPAIGN_CHOICES } from './wallboard-operations';

interface ChooseCampaignsDialogProps {
  readonly chosen: readonly string[];
  readonly onChoose: (campaignIds: readonly string[]) => void;
  readonly onClose: () => void;
}

export function ChooseCampaignsDialog({ chosen, onChoose, onClose }: ChooseCampaignsDialogProps) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(CAMPAIGN_CHOICES);
  const [ids, setIds] = useState<string[]>([...chosen]);
  const campaigns = data?.campaigns.nodes;
  return (
    <EntityDialog title={t('wallboard.choose')} onClose={onClose}>
      <Stack>
        {error && <FailureAlert failure={failureOf(error)} onRetry={() => void refetch()} />}
        {campaigns?.length === 0 && <Text>{t('wallboard.noCampaign')}</Text>}
        <MultiSelect
          label={t('wallboard.campaigns')}
          description={t('wallboard.most', { count: MOST_CAMPAIGNS })}
          data={campaigns?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
          value={ids}
          onChange={setIds}
          maxValues={MOST_CAMPAIGNS}
          searchable
          {...longList}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('actions.cancel')}
          </Button>
          <Button
            disabled={ids.length === 0}
            onClick={() => {
              onChoose(ids);
              onClose();
            }}
          >
            {t('wallboard.show')}
          </Button>
        </Group>
      </Stack>
    </EntityDialog>
  );
}
