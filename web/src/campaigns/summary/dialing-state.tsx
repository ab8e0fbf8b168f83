import { Alert, Text } from '@mantine/core';
import { IconBan, IconPhoneOutgoing, IconPlayerStop } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CampaignFactsSubscription, IdleReason } from '../../api/generated/graphql';
import { useFormat } from '../../i18n/use-format';

interface DialingStateProps {
  readonly idleReason: IdleReason | null | undefined;
  /** Undefined as long as it is not known live. */
  readonly campaign: CampaignFactsSubscription['campaignChanged'] | undefined;
}

/** What limits dialing now, and what can be done about it. */
export function DialingState({ idleReason, campaign }: DialingStateProps) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  if (idleReason) {
    return (
      <Alert color="orange" variant="light" icon={<IconBan aria-hidden />} title={t(`idleReasons.${idleReason}`)}>
        <Text size="sm">{t(`idleHints.${idleReason}`)}</Text>
      </Alert>
    );
  }
  if (!campaign) return null;
  if (campaign.state === 'STOPPED') {
    const { stopReason, stoppedAt } = campaign;
    return (
      <Alert color="gray" variant="light" icon={<IconPlayerStop aria-hidden />} title={t('live.stopped')}>
        <Text size="sm">{stopReason ? t(`stopReasons.${stopReason}`) : t('live.neverStarted')}</Text>
        {stoppedAt && <Text size="sm">{t('live.stoppedAt', { at: dateTime(stoppedAt) })}</Text>}
      </Alert>
    );
  }
  return (
    <Alert color="pine" variant="light" icon={<IconPhoneOutgoing aria-hidden />} title={t('live.dialing')}>
      <Text size="sm">{t('live.dialingHint')}</Text>
    </Alert>
  );
}
