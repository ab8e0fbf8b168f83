import { graphql } from '../../api/graphql';

graphql(`
  fragment Counters on CampaignCounters {
    at
    leads {
      total
      notCalled
      success
      failed
      busy
      declined
      amd
      serviceTemporarilyUnavailable
      doNotCall
      unknown
    }
    inFlight {
      total
      queued
      checkingDnc
      dialing
      ringing
      answered
      detecting
      transferring
    }
    attempts
    answered
    transferred
    abandoned
    customerHungUp
    machines
    callsPerMinute
    freeAgents
    idleReason
  }
`);

export const CAMPAIGN_COUNTERS = graphql(`
  subscription CampaignCounters($campaignId: ID!) {
    campaignCounters(campaignId: $campaignId) {
      ...Counters
    }
  }
`);
