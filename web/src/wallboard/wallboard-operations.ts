import { graphql } from '../api/graphql';

export const CAMPAIGN_CHOICES = graphql(`
  query CampaignChoices {
    campaigns(first: 500) {
      nodes {
        id
        name
      }
    }
  }
`);

export const WALL_CAMPAIGN = graphql(`
  subscription WallCampaign($campaignId: ID!) {
    campaignChanged(campaignId: $campaignId) {
      id
      name
      state
    }
  }
`);
