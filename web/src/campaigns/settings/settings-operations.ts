import { graphql } from '../../api/graphql';

export const QUEUE_CHOICES = graphql(`
  query QueueChoices($type: CampaignType!) {
    queues(first: 500, filter: { type: $type }) {
      nodes {
        id
        name
      }
    }
  }
`);

export const DNC_SERVICE_CHOICES = graphql(`
  query DncServiceChoices {
    dncServices(first: 500) {
      nodes {
        id
        name
      }
    }
  }
`);

export const UPLOAD_MESSAGE = graphql(`
  mutation UploadCampaignMessage($input: UploadCampaignMessageInput!, $file: Upload!) {
    uploadCampaignMessage(input: $input, file: $file) {
      campaign {
        ...CampaignDetails
      }
    }
  }
`);

export const DELETE_MESSAGE = graphql(`
  mutation DeleteCampaignMessage($input: DeleteCampaignMessageInput!) {
    deleteCampaignMessage(input: $input) {
      campaign {
        ...CampaignDetails
      }
    }
  }
`);
