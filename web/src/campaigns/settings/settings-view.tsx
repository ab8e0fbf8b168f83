import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CampaignDetailsFragment } from '../../api/generated/graphql';
import { useFormat } from '../../i18n/use-format';
import { timeOfDay, weekdays } from './campaign-values';

/** All settings, for those who cannot edit them now. */
export function SettingsView({ campaign }: { readonly campaign: CampaignDetailsFragment }) {
  const { t } = useTranslation();
  const { date, number, weekday } = useFormat();
  const { defaultCountry, maxParallelCalls, maxCallsPerSecond, amdEnabled, amdSensitivity, type } = campaign;
  const yesOrNo = (is: boolean): string => (is ? t('campaigns.yes') : t('campaigns.no'));
  const days = weekdays.flatMap((day, index) => (campaign.weekdays.includes(day) ? [weekday(index)] : []));
  const settings = [
    ['description', campaign.description],
    ['group', campaign.group.name],
    ['type', t(`queueTypes.${type}`)],
    ['queue', campaign.queue.name],
    ['pilotNumber', campaign.pilotNumber],
    ['callerId', campaign.callerId],
    ['defaultCountry', defaultCountry],
    ['firstDay', date(campaign.firstDay)],
    ['lastDay', date(campaign.lastDay)],
    ['startTime', timeOfDay(campaign.startTime)],
    ['endTime', timeOfDay(campaign.endTime)],
    ['weekdays', days.join(', ')],
    ['timeZone', campaign.timeZone],
    ['maxAttempts', number(campaign.maxAttempts)],
    ['retryMinutes', number(campaign.retryMinutes)],
    ['retryStatuses', campaign.retryStatuses.map((status) => t(`leadStatuses.${status}`)).join(', ')],
    ['retryUnreachable', yesOrNo(campaign.retryUnreachable)],
    ['ringTimeout', number(campaign.ringTimeoutSeconds)],
    ['maxParallelCalls', maxParallelCalls == null ? null : number(maxParallelCalls)],
    ['maxCallsPerSecond', maxCallsPerSecond == null ? null : number(maxCallsPerSecond)],
    ['dncService', campaign.dncService?.name],
    ['amd', amdEnabled ? t(`detection.${amdSensitivity}`) : t('campaigns.no')],
    ['message', campaign.voicemailMessage?.fileName],
  ] as const;
  return (
    <Table maw={900} aria-label={t('campaign.page.settings')} variant="vertical">
      <Table.Tbody>
        {settings.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th w="40%" scope="row">
              {t(`campaignFields.${name}`)}
            </Table.Th>
            <Table.Td>{value || '–'}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
