import { useMemo } from 'react';
import { useSearchParams } from 'react-router';

export const MOST_CAMPAIGNS = 12;

type Appearance = 'dark' | 'light';

export interface WallChoice {
  readonly campaignIds: readonly string[];
  readonly appearance: Appearance;
  readonly setCampaignIds: (ids: readonly string[]) => void;
  readonly setAppearance: (appearance: Appearance) => void;
}

/** What the wall shows is in its address, so that the screen on the wall needs a bookmark and nobody. */
export function useWallChoice(): WallChoice {
  const [parameters, setParameters] = useSearchParams();
  const listed = parameters.get('campaigns') ?? '';
  const set = (name: string, value: string): void => {
    setParameters(
      (before) => {
        const after = new URLSearchParams(before);
        after.set(name, value);
        return after;
      },
      { replace: true },
    );
  };
  return {
    campaignIds: useMemo(() => [...new Set(listed.split(',').filter(Boolean))].slice(0, MOST_CAMPAIGNS), [listed]),
    appearance: parameters.get('appearance') === 'light' ? 'light' : 'dark',
    setCampaignIds: (ids) => {
      set('campaigns', ids.join(','));
    },
    setAppearance: (appearance) => {
      set('appearance', appearance);
    },
  };
}
