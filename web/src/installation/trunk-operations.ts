import { graphql } from '../api/graphql';

graphql(`
  fragment LineHealthState on LineHealth {
    state
    since
    message
    sipStatus
    nextTryAt
  }
`);

graphql(`
  fragment TrunkRow on Trunk {
    id
    version
    name
    servers {
      host
      sipPort
    }
    outboundProxy {
      host
      sipPort
    }
    transport
    channels
    maxCallsPerSecond
    maxParallelCalls
    username
    callsInFlight
    health {
      ...LineHealthState
    }
  }
`);

export const TRUNKS = graphql(`
  query Trunks($first: Int, $after: String, $last: Int, $before: String, $filter: TrunkFilter, $orderBy: TrunkOrder!) {
    trunks(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        ...PagePlace
      }
      nodes {
        ...TrunkRow
      }
    }
  }
`);

export const TRUNK_CHOICES = graphql(`
  query TrunkChoices {
    trunks(first: 500) {
      nodes {
        ...TrunkRow
      }
    }
  }
`);

export const CREATE_TRUNK = graphql(`
  mutation CreateTrunk($input: CreateTrunkInput!) {
    createTrunk(input: $input) {
      trunk {
        ...TrunkRow
      }
    }
  }
`);

export const UPDATE_TRUNK = graphql(`
  mutation UpdateTrunk($input: UpdateTrunkInput!) {
    updateTrunk(input: $input) {
      trunk {
        ...TrunkRow
      }
    }
  }
`);

export const DELETE_TRUNK = graphql(`
  mutation DeleteTrunk($input: DeleteTrunkInput!) {
    deleteTrunk(input: $input) {
      deletedTrunkId
    }
  }
`);
