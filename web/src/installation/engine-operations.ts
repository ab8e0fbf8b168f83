import { graphql } from '../api/graphql';

graphql(`
  fragment FaultRow on EngineFault {
    subject
    name
    reason
    message
    since
    occurrences
    sipStatus
    nextTryAt
  }
`);

export const ENGINE_STATUS = graphql(`
  subscription EngineStatus {
    engineStatus {
      state
      since
      idleReason
      callsInFlight
      maxParallelCalls
      callsPerMinute
      maxCallsPerSecond
      ports {
        busy
        free
        outOfService
      }
      faults {
        ...FaultRow
      }
    }
  }
`);
