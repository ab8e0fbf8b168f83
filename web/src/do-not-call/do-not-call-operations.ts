import { graphql } from '../api/graphql';

graphql(`
  fragment DncServiceRow on DncService {
    id
    version
    name
    url
    timeoutMs
    caCertificate
    builtIn
  }
`);

export const DNC_SERVICES = graphql(`
  query DncServices(
    $first: Int
    $after: String
    $last: Int
    $before: String
    $filter: DncServiceFilter
    $orderBy: DncServiceOrder!
  ) {
    dncServices(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        ...PagePlace
      }
      nodes {
        ...DncServiceRow
      }
    }
  }
`);

/** There is no query for one of them. */
export const ALL_DNC_SERVICES = graphql(`
  query AllDncServices {
    dncServices(first: 500) {
      nodes {
        ...DncServiceRow
      }
    }
  }
`);

export const CREATE_DNC_SERVICE = graphql(`
  mutation CreateDncService($input: CreateDncServiceInput!) {
    createDncService(input: $input) {
      dncService {
        ...DncServiceRow
      }
    }
  }
`);

export const UPDATE_DNC_SERVICE = graphql(`
  mutation UpdateDncService($input: UpdateDncServiceInput!) {
    updateDncService(input: $input) {
      dncService {
        ...DncServiceRow
      }
    }
  }
`);

export const DELETE_DNC_SERVICE = graphql(`
  mutation DeleteDncService($input: DeleteDncServiceInput!) {
    deleteDncService(input: $input) {
      deletedDncServiceId
    }
  }
`);

export const TEST_DNC_SERVICE = graphql(`
  mutation TestDncService($input: TestDncServiceInput!) {
    testDncService(input: $input) {
      answer
      durationMs
      message
    }
  }
`);

export const DNC_NUMBERS = graphql(`
  query DncNumbers(
    $first: Int
    $after: String
    $last: Int
    $before: String
    $filter: DncNumberFilter
    $orderBy: DncNumberOrder!
  ) {
    dncNumbers(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        ...PagePlace
      }
      nodes {
        id
        phoneNumber
        addedAt
      }
    }
  }
`);

export const UPLOAD_DNC_NUMBERS = graphql(`
  mutation UploadDncNumbers($input: UploadDncNumbersInput!, $file: Upload!) {
    uploadDncNumbers(input: $input, file: $file) {
      rowsRead
      loaded
      duplicates
      rejected
      totalNumbers
      rejectedRows {
        ...RejectedRow
      }
    }
  }
`);
