import '../../components/page-operations';
import { graphql } from '../../api/graphql';

graphql(`
  fragment LeadRow on Lead {
    id
    version
    name
    phoneNumber
    description
    status
    attemptCount
  }
`);

graphql(`
  fragment UploadProgress on LeadUpload {
    id
    phase
    fileName
    rowsRead
    loaded
  }
`);

export const LEADS = graphql(`
  query Leads(
    $campaignId: ID!
    $first: Int
    $after: String
    $last: Int
    $before: String
    $filter: LeadFilter!
    $orderBy: LeadOrder!
  ) {
    campaign(id: $campaignId) {
      id
      leads(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
        totalCount
        csvUrl
        pageInfo {
          ...PagePlace
        }
        nodes {
          ...LeadRow
        }
      }
    }
  }
`);

export const LEAD = graphql(`
  query Lead($id: ID!) {
    lead(id: $id) {
      ...LeadRow
    }
  }
`);

export const LEAD_DETAILS = graphql(`
  query LeadDetails($id: ID!) {
    lead(id: $id) {
      ...LeadRow
      extraFields
      callability {
        callable
        reasons
        nextDueAt
      }
    }
  }
`);

export const UPDATE_LEAD = graphql(`
  mutation UpdateLead($input: UpdateLeadInput!) {
    updateLead(input: $input) {
      lead {
        ...LeadRow
      }
    }
  }
`);

export const DELETE_LEADS = graphql(`
  mutation DeleteLeads($input: DeleteLeadsInput!) {
    deleteLeads(input: $input) {
      deletedCount
      campaign {
        ...CampaignDetails
      }
    }
  }
`);

export const RECYCLE_LEADS = graphql(`
  mutation RecycleLeads($input: RecycleLeadsInput!) {
    recycleLeads(input: $input) {
      recycledCount
      campaign {
        ...CampaignDetails
      }
    }
  }
`);

export const UPLOAD_LEADS = graphql(`
  mutation UploadLeads($input: UploadLeadsInput!, $file: Upload!) {
    uploadLeads(input: $input, file: $file) {
      upload {
        ...UploadProgress
        duplicatesInFile
        duplicatesInCampaign
        rejected
        rejectedRowsCsvUrl
        rejectedRows {
          ...RejectedRow
        }
        campaign {
          ...CampaignDetails
        }
      }
    }
  }
`);

export const LEAD_UPLOAD_PROGRESS = graphql(`
  subscription LeadUploadProgress($uploadId: ID!) {
    leadUploadProgress(uploadId: $uploadId) {
      ...UploadProgress
    }
  }
`);
