import { useMutation } from '@apollo/client/react';
import { Button } from '@mantine/core';
import { IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CampaignDetailsFragment } from '../../api/generated/graphql';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { sayDone } from '../../components/passing-messages';
import { STOP_CAMPAIGN } from '../campaign-operations';

export function StopControl({ campaign: { id, name } }: { readonly campaign: CampaignDetailsFragment }) {
  const { t } = useTranslation();
  const [isAsking, setIsAsking] = useState(false);
  const [stop] = useMutation(STOP_CAMPAIGN);
  return (
    <>
      <Button
        color="red.9"
        leftSection={<IconPlayerStop size={16} aria-hidden />}
        onClick={() => {
          setIsAsking(true);
        }}
      >
        {t('campaign.stop')}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t('campaign.stopTitle', { name })}
          question={t('campaign.stopQuestion')}
          confirmLabel={t('campaign.stop')}
          isDangerous
          onConfirm={async () => {
            await stop({ variables: { input: { id } } });
            sayDone(t('campaign.stopped', { name }));
          }}
          onClose={() => {
            setIsAsking(false);
          }}
        />
      )}
    </>
  );
}
