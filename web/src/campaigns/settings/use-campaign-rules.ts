import { useTranslation } from 'react-i18next';
import { useFieldRules } from '../../components/field-rules';

/** What has to be chosen before the server is asked. */
export function useCampaignRules() {
  const { t } = useTranslation();
  const { notBlank } = useFieldRules();
  const chosen = (value: string | null): string | null => (value === null ? t('fields.choose') : null);
  return { name: notBlank, groupId: chosen, queueId: chosen, pilotNumber: notBlank };
}
