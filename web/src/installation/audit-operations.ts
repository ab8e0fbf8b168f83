import { graphql } from '../api/graphql';

graphql(`
  fragment AuditRow on AuditEvent {
    id
    at
    username
    action
    objectType
    objectId
    errorCode
    address
    details
  }
`);

export const AUDIT_EVENTS = graphql(`
  query AuditEvents(
    $first: Int
    $after: String
    $last: Int
    $before: String
    $filter: AuditEventFilter
    $orderBy: AuditEventOrder!
  ) {
    auditEvents(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        ...PagePlace
      }
      nodes {
        ...AuditRow
      }
    }
  }
`);

export const AUDIT_USERS = graphql(`
  query AuditUsers {
    users(first: 500) {
      nodes {
        id
        username
      }
    }
  }
`);
