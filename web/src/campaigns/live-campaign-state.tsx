import type { CampaignRowFragment } from '../api/generated/graphql';
import { useLive } from '../api/use-live';
import { LiveValue } from '../components/live-value';
import { CAMPAIGN_ROW_CHANGED } from './campaign-operations';
import { CampaignState } from './campaign-state';

/** The state of a campaign in the list: as the list was answered, then live. */
export function LiveCampaignState({ campaign: { id, state } }: { readonly campaign: CampaignRowFragment }) {
  const live = useLive(CAMPAIGN_ROW_CHANGED, { campaignId: id });
  if (live.data === undefined && !live.failure) return <CampaignState state={state} />;
  const shown = { ...live, data: live.data ?? { campaignChanged: { id, state } } };
  return <LiveValue live={shown}>{({ campaignChanged }) => <CampaignState state={campaignChanged.state} />}</LiveValue>;
}
