import { useTranslation } from 'react-i18next';
import type { CampaignFactsSubscription } from '../../api/generated/graphql';
import { useFormat } from '../../i18n/use-format';
import classes from './campaign-facts.module.css';
import { Card } from './card';

/** What is dialed, when, and where the calls go. */
export function CampaignFacts({ campaign }: { readonly campaign: CampaignFactsSubscription['campaignChanged'] }) {
  const { t } = useTranslation();
  const { date, number } = useFormat();
  const { firstDay, lastDay, startTime, endTime, timeZone, amdEnabled, amdSensitivity, maxParallelCalls } = campaign;
  const facts = [
    ['group', campaign.group.name],
    ['queue', campaign.queue.name],
    ['pilotNumber', campaign.pilotNumber],
    ['callerId', campaign.callerId ?? t('live.ownCallerId')],
    ['days', `${date(firstDay)} – ${date(lastDay)}`],
    ['hours', `${shortTime(startTime)} – ${shortTime(endTime)} (${timeZone})`],
    ['maxAttempts', number(campaign.maxAttempts)],
    ['retry', t('live.minutes', { count: campaign.retryMinutes })],
    ['ringTimeout', t('live.seconds', { count: campaign.ringTimeoutSeconds })],
    ['maxParallelCalls', maxParallelCalls == null ? t('live.noCap') : number(maxParallelCalls)],
    ['detection', amdEnabled ? t(`detection.${amdSensitivity}`) : t('live.off')],
    ['dncService', campaign.dncService?.name ?? t('live.none')],
  ] as const;
  return (
    <Card title={t('live.facts')}>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{t(`campaignFacts.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

/** Seconds are shown where they are not 0: `23:59:59`. */
function shortTime(localTime: string): string {
  return localTime.replace(/(?<=:\d\d):00(\.0+)?$/, '').replace(/\.0+$/, '');
}
