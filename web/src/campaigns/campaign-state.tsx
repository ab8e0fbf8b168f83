import { useTranslation } from 'react-i18next';
import type { CampaignState as State } from '../api/generated/graphql';
import { StateBadge } from '../components/state-badge';

export function CampaignState({ state }: { readonly state: State }) {
  const { t } = useTranslation();
  return <StateBadge tone={state === 'STARTED' ? 'good' : 'off'}>{t(`campaignStates.${state}`)}</StateBadge>;
}
