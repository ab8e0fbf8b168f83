import { useTranslation } from 'react-i18next';
import type { AttemptState, LeadStatus } from '../../api/generated/graphql';
import { StateBadge } from '../../components/state-badge';

interface AttemptBadgeProps {
  readonly attempt: { readonly state: AttemptState; readonly result?: LeadStatus | null };
}

/** The result of an attempt, or the step that it is at. */
export function AttemptBadge({ attempt: { state, result } }: AttemptBadgeProps) {
  const { t } = useTranslation();
  if (state !== 'ENDED' || !result) return <StateBadge tone="waiting">{t(`attemptStates.${state}`)}</StateBadge>;
  return <StateBadge tone={toneOf(result)}>{t(`leadStatuses.${result}`)}</StateBadge>;
}

function toneOf(result: LeadStatus): 'good' | 'bad' | 'off' {
  if (result === 'SUCCESS') return 'good';
  return result === 'SERVICE_TEMPORARILY_UNAVAILABLE' || result === 'UNKNOWN' ? 'bad' : 'off';
}
