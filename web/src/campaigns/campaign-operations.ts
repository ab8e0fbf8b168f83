import { graphql } from '../api/graphql';

graphql(`
  fragment CampaignRow on Campaign {
    id
    name
    state
    type
    firstDay
    lastDay
    group {
      id
      name
      enabled
    }
  }
`);

graphql(`
  fragment CampaignDetails on Campaign {
    ...CampaignRow
    version
    description
    pilotNumber
    callerId
    defaultCountry
    startTime
    endTime
    weekdays
    timeZone
    maxAttempts
    retryMinutes
    retryStatuses
    retryUnreachable
    ringTimeoutSeconds
    maxParallelCalls
    maxCallsPerSecond
    dialingMode
    amdEnabled
    amdSensitivity
    voicemailMessage {
      fileName
      durationSeconds
      downloadUrl
    }
    queue {
      id
      name
    }
    dncService {
      id
      name
    }
    startability {
      canStart
      reasons
    }
  }
`);

export const CAMPAIGNS = graphql(`
  query Campaigns(
    $first: Int
    $after: String
    $last: Int
    $before: String
    $filter: CampaignFilter
    $orderBy: CampaignOrder!
  ) {
    campaigns(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        ...PagePlace
      }
      nodes {
        ...CampaignRow
      }
    }
  }
`);

export const CAMPAIGN = graphql(`
  query Campaign($id: ID!) {
    campaign(id: $id) {
      ...CampaignDetails
    }
  }
`);

/** Whether it can be started depends on its group too, of which the subscription does not tell. */
export const CAMPAIGN_STARTABILITY = graphql(`
  query CampaignStartability($id: ID!) {
    campaign(id: $id) {
      id
      startability {
        canStart
        reasons
      }
    }
  }
`);

export const CAMPAIGN_CHANGED = graphql(`
  subscription CampaignChanged($campaignId: ID!) {
    campaignChanged(campaignId: $campaignId) {
      ...CampaignDetails
    }
  }
`);

export const CAMPAIGN_ROW_CHANGED = graphql(`
  subscription CampaignRowChanged($campaignId: ID!) {
    campaignChanged(campaignId: $campaignId) {
      ...CampaignRow
    }
  }
`);

export const CREATE_CAMPAIGN = graphql(`
  mutation CreateCampaign($input: CreateCampaignInput!) {
    createCampaign(input: $input) {
      campaign {
        ...CampaignDetails
      }
    }
  }
`);

export const UPDATE_CAMPAIGN = graphql(`
  mutation UpdateCampaign($input: UpdateCampaignInput!) {
    updateCampaign(input: $input) {
      campaign {
        ...CampaignDetails
      }
    }
  }
`);

export const DELETE_CAMPAIGN = graphql(`
  mutation DeleteCampaign($input: DeleteCampaignInput!) {
    deleteCampaign(input: $input) {
      deletedCampaignId
    }
  }
`);

export const START_CAMPAIGN = graphql(`
  mutation StartCampaign($input: StartCampaignInput!) {
    startCampaign(input: $input) {
      campaign {
        ...CampaignDetails
      }
    }
  }
`);

export const STOP_CAMPAIGN = graphql(`
  mutation StopCampaign($input: StopCampaignInput!) {
    stopCampaign(input: $input) {
      campaign {
        ...CampaignDetails
      }
    }
  }
`);
