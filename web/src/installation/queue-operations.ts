import './agent-source-kinds';
import { graphql } from '../api/graphql';

graphql(`
  fragment QueueRow on Queue {
    id
    version
    name
    type
    transferMode
    transferTimeoutSeconds
    ...SourceSettings
    health {
      status
      since
      fault
      message
      lastEventAt
    }
    availability {
      at
      exact
      loggedIn
      capacity
      free
      dialable
      busy
      wrapUp
      ringing
      reserved
      unavailable
      unknown
      callersWaiting
    }
  }
`);

export const QUEUES = graphql(`
  query Queues($first: Int, $after: String, $last: Int, $before: String, $filter: QueueFilter, $orderBy: QueueOrder!) {
    queues(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        ...PagePlace
      }
      nodes {
        ...QueueRow
      }
    }
  }
`);

export const ALL_QUEUES = graphql(`
  query AllQueues {
    queues(first: 500) {
      nodes {
        ...QueueRow
      }
    }
  }
`);

export const QUEUE_NAMES = graphql(`
  query QueueNames {
    queues(first: 500) {
      nodes {
        id
        name
      }
    }
  }
`);

/** Of the queues with a text in their names: the API has no way to ask for one by its id. */
export const QUEUES_WITH_AGENTS = graphql(`
  query QueuesWithAgents($name: String!) {
    queues(first: 50, filter: { search: $name }) {
      nodes {
        ...QueueRow
        agents {
          agentId
          displayName
          extension
          state
          since
          reason
          readyAt
        }
      }
    }
  }
`);

export const REPORTER_CHOICES = graphql(`
  query ReporterChoices {
    masters: users(first: 500, filter: { role: MASTER }) {
      nodes {
        id
        username
      }
    }
    administrators: users(first: 500, filter: { role: CAMPAIGN_ADMINISTRATOR }) {
      nodes {
        id
        username
      }
    }
  }
`);

export const CREATE_QUEUE = graphql(`
  mutation CreateQueue($input: CreateQueueInput!) {
    createQueue(input: $input) {
      queue {
        ...QueueRow
      }
    }
  }
`);

export const UPDATE_QUEUE = graphql(`
  mutation UpdateQueue($input: UpdateQueueInput!) {
    updateQueue(input: $input) {
      queue {
        ...QueueRow
      }
    }
  }
`);

export const DELETE_QUEUE = graphql(`
  mutation DeleteQueue($input: DeleteQueueInput!) {
    deleteQueue(input: $input) {
      deletedQueueId
    }
  }
`);
