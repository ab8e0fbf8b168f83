import { graphql } from '../../api/graphql';

export const CAMPAIGN_FACTS = graphql(`
  subscription CampaignFacts($campaignId: ID!) {
    campaignChanged(campaignId: $campaignId) {
      id
      state
      stopReason
      startedAt
      stoppedAt
      type
      pilotNumber
      callerId
      firstDay
      lastDay
      startTime
      endTime
      timeZone
      maxAttempts
      retryMinutes
      ringTimeoutSeconds
      maxParallelCalls
      amdEnabled
      amdSensitivity
      group {
        id
        name
      }
      queue {
        id
        name
      }
      dncService {
        id
        name
      }
    }
  }
`);

export const ATTEMPT_STEPS = graphql(`
  subscription AttemptSteps($campaignId: ID!) {
    callAttempts(campaignId: $campaignId) {
      ...AttemptRow
    }
  }
`);

export const NEWEST_ATTEMPTS = graphql(`
  query NewestAttempts($campaignId: ID!, $first: Int!) {
    callAttempts(first: $first, filter: { campaignId: $campaignId }) {
      nodes {
        ...AttemptRow
      }
    }
  }
`);

export const CALLS_BETWEEN = graphql(`
  query CallsBetween($campaignId: ID!, $from: DateTime!, $to: DateTime!) {
    callAttempts(first: 1, filter: { campaignId: $campaignId, from: $from, to: $to }) {
      totalCount
    }
  }
`);
