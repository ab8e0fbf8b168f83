import { graphql } from '../../api/graphql';

graphql(`
  fragment AttemptRow on CallAttempt {
    id
    leadName
    phoneNumber
    state
    result
    queuedAt
    answeredAt
    endedAt
    amd {
      verdict
    }
    termination {
      reason
    }
  }
`);

graphql(`
  fragment AttemptDetails on CallAttempt {
    ...AttemptRow
    callerId
    trunkName
    portName
    dialedAt
    ringingAt
    detectedAt
    transferredAt
    transferTarget
    countsAsAttempt
    abandonedAfterMs
    messageLeft
    recordingUrl
    amd {
      verdict
      kind
      reason
      confidence
      decisionMs
      features {
        name
        value
      }
    }
    termination {
      attributedTo
      reason
      sipStatus
      sipPhrase
      sipWarning
      retryAfterSeconds
      lastProvisional
      localCause
      q850Cause
      sipReason
    }
  }
`);

export const CALL_LOG = graphql(`
  query CallLog(
    $first: Int
    $after: String
    $last: Int
    $before: String
    $filter: CallAttemptFilter!
    $orderBy: CallAttemptOrder!
  ) {
    callAttempts(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      totalCount
      csvUrl
      pageInfo {
        ...PagePlace
      }
      nodes {
        ...AttemptRow
      }
    }
  }
`);

export const CALL_ATTEMPT = graphql(`
  query CallAttempt($id: ID!) {
    callAttempt(id: $id) {
      ...AttemptDetails
    }
  }
`);
