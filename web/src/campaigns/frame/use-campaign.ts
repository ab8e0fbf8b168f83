import { useOutletContext } from 'react-router';
import type { CampaignDetailsFragment } from '../../api/generated/graphql';
import { useMe } from '../../session/session';

/** The campaign whose page this is, as it is now; only on the pages inside of its frame. */
export function useCampaign(): CampaignDetailsFragment {
  return useOutletContext<CampaignDetailsFragment>();
}

/** Everything of a campaign but its dialing can be changed by an administrator alone, and only while it is stopped. */
export function useMayEdit(): { readonly mayEdit: boolean; readonly isReader: boolean } {
  const isReader = useMe().role !== 'CAMPAIGN_ADMINISTRATOR';
  const { state } = useCampaign();
  return { isReader, mayEdit: !isReader && state === 'STOPPED' };
}
