import { graphql } from '../api/graphql';

/** What every upload answers of a row that was left out, for `RejectedRows`. */
graphql(`
  fragment RejectedRow on RejectedRow {
    line
    reason
    message
  }
`);
