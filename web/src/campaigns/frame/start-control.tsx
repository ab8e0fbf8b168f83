import { useMutation } from '@apollo/client/react';
import { Button, List, Stack, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CampaignDetailsFragment } from '../../api/generated/graphql';
import { usePolled } from '../../api/use-polled';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { sayDone } from '../../components/passing-messages';
import { CAMPAIGN_STARTABILITY, START_CAMPAIGN } from '../campaign-operations';

const ASK_EVERY_MS = 10_000;

/** The button, or beside a grey one all the reasons against it. */
export function StartControl({ campaign: { id, name, startability } }: { readonly campaign: CampaignDetailsFragment }) {
  const { t } = useTranslation();
  const [isAsking, setIsAsking] = useState(false);
  const reasonsId = useId();
  const [start] = useMutation(START_CAMPAIGN);
  const { data } = usePolled(CAMPAIGN_STARTABILITY, { id }, ASK_EVERY_MS);
  const { canStart, reasons } = data?.campaign?.startability ?? startability;
  return (
    <Stack gap="xs" align="flex-end" maw={480}>
      <Button
        leftSection={<IconPlayerPlay size={16} aria-hidden />}
        disabled={!canStart}
        aria-describedby={reasonsId}
        onClick={() => {
          setIsAsking(true);
        }}
      >
        {t('campaign.start')}
      </Button>
      {!canStart && (
        <Stack gap={2} id={reasonsId}>
          <Text size="sm" fw={600}>
            {t('campaign.notStartable')}
          </Text>
          <List size="sm" withPadding>
            {reasons.map((reason) => (
              <List.Item key={reason}>{t(`startRefusals.${reason}`)}</List.Item>
            ))}
          </List>
        </Stack>
      )}
      {isAsking && (
        <ConfirmDialog
          title={t('campaign.startTitle', { name })}
          question={t('campaign.startQuestion')}
          confirmLabel={t('campaign.start')}
          onConfirm={async () => {
            await start({ variables: { input: { id } } });
            sayDone(t('campaign.started', { name }));
          }}
          onClose={() => {
            setIsAsking(false);
          }}
        />
      )}
    </Stack>
  );
}
