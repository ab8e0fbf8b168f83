import { graphql } from '../api/graphql';

/** What every list asks of its connection, for `EntityTable`. */
graphql(`
  fragment PagePlace on PageInfo {
    hasNextPage
    hasPreviousPage
    startCursor
    endCursor
  }
`);
