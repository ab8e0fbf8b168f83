import { useApolloClient, useMutation } from '@apollo/client/react';
import { Menu } from '@mantine/core';
import { IconCopy, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { failureOf } from '../api/failure';
import type { CampaignRowFragment } from '../api/generated/graphql';
import { useFailureText } from '../api/use-failure-text';
import { ConfirmDialog } from '../components/confirm-dialog';
import { sayDone, sayFailed } from '../components/passing-messages';
import { RowMenu } from '../components/row-menu';
import { CAMPAIGN, DELETE_CAMPAIGN } from './campaign-operations';
import { copiedValues, type NewCampaignValues } from './settings/campaign-values';

interface CampaignActionsProps {
  readonly campaign: CampaignRowFragment;
  readonly onCopy: (pattern: NewCampaignValues) => void;
  readonly onDeleted: () => void;
}

export function CampaignActions({ campaign: { id, name, state }, onCopy, onDeleted }: CampaignActionsProps) {
  const { t } = useTranslation();
  const client = useApolloClient();
  const failureText = useFailureText();
  const [remove] = useMutation(DELETE_CAMPAIGN);
  const [isDeleting, setIsDeleting] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      const { data } = await client.query({ query: CAMPAIGN, variables: { id }, fetchPolicy: 'network-only' });
      if (data?.campaign) onCopy(copiedValues(data.campaign));
    } catch (error) {
      sayFailed(failureText.of(failureOf(error)));
    }
  };
  return (
    <>
      <RowMenu name={name}>
        <Menu.Item component={Link} to={`/campaigns/${id}/settings`} leftSection={<IconPencil size={16} aria-hidden />}>
          {t('campaign.page.settings')}
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={() => void copy()}>
          {t('campaigns.copy')}
        </Menu.Item>
        {state === 'STOPPED' && (
          <Menu.Item
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => {
              setIsDeleting(true);
            }}
          >
            {t('actions.delete')}
          </Menu.Item>
        )}
      </RowMenu>
      {isDeleting && (
        <ConfirmDialog
          title={t('campaigns.deleteTitle', { name })}
          question={t('campaigns.deleteQuestion')}
          confirmLabel={t('actions.delete')}
          isDangerous
          onConfirm={async () => {
            await remove({ variables: { input: { id } } });
            onDeleted();
            sayDone(t('campaigns.deleted', { name }));
          }}
          onClose={() => {
            setIsDeleting(false);
          }}
        />
      )}
    </>
  );
}
