import './trunk-operations';
import { graphql } from '../api/graphql';

graphql(`
  fragment PortRow on DialerPort {
    id
    username
    busy
    health {
      ...LineHealthState
    }
    trunk {
      id
      name
    }
  }
`);

export const PORTS = graphql(`
  query Ports(
    $first: Int
    $after: String
    $last: Int
    $before: String
    $filter: DialerPortFilter
    $orderBy: DialerPortOrder!
  ) {
    dialerPorts(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        ...PagePlace
      }
      nodes {
        ...PortRow
      }
    }
  }
`);

export const ADD_PORTS = graphql(`
  mutation AddPorts($input: AddDialerPortsInput!) {
    addDialerPorts(input: $input) {
      dialerPorts {
        id
      }
    }
  }
`);

export const REMOVE_PORTS = graphql(`
  mutation RemovePorts($input: RemoveDialerPortsInput!) {
    removeDialerPorts(input: $input) {
      removedDialerPortIds
    }
  }
`);
