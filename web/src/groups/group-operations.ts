import { graphql } from '../api/graphql';

graphql(`
  fragment GroupRow on Group {
    id
    version
    name
    description
    enabled
    createdAt
  }
`);

export const GROUPS = graphql(`
  query Groups($first: Int, $after: String, $last: Int, $before: String, $filter: GroupFilter, $orderBy: GroupOrder!) {
    groups(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        ...PagePlace
      }
      nodes {
        ...GroupRow
      }
    }
  }
`);

export const GROUP = graphql(`
  query Group($id: ID!) {
    group(id: $id) {
      ...GroupRow
    }
  }
`);

export const CREATE_GROUP = graphql(`
  mutation CreateGroup($input: CreateGroupInput!) {
    createGroup(input: $input) {
      group {
        ...GroupRow
      }
    }
  }
`);

export const UPDATE_GROUP = graphql(`
  mutation UpdateGroup($input: UpdateGroupInput!) {
    updateGroup(input: $input) {
      group {
        ...GroupRow
      }
    }
  }
`);

export const SET_GROUP_ENABLED = graphql(`
  mutation SetGroupEnabled($input: SetGroupEnabledInput!) {
    setGroupEnabled(input: $input) {
      group {
        ...GroupRow
      }
    }
  }
`);
