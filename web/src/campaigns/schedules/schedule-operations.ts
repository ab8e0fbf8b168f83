import { graphql } from '../../api/graphql';

graphql(`
  fragment ScheduleRow on Schedule {
    id
    date
    startTime
    endTime
    status
  }
`);

export const SCHEDULES = graphql(`
  query Schedules($campaignId: ID!, $from: LocalDate!, $to: LocalDate!) {
    campaign(id: $campaignId) {
      id
      schedules(first: 31, filter: { from: $from, to: $to }) {
        nodes {
          ...ScheduleRow
        }
      }
    }
  }
`);

export const SCHEDULE_CHANGED = graphql(`
  subscription ScheduleChanged($campaignId: ID!) {
    scheduleChanged(campaignId: $campaignId) {
      campaignId
      deletedScheduleIds
      changed {
        ...ScheduleRow
      }
    }
  }
`);

export const ADD_SCHEDULE = graphql(`
  mutation AddSchedule($input: AddScheduleInput!) {
    addSchedule(input: $input) {
      schedule {
        ...ScheduleRow
      }
    }
  }
`);

export const UPDATE_REMAINING_SCHEDULES = graphql(`
  mutation UpdateRemainingSchedules($input: UpdateRemainingSchedulesInput!) {
    updateRemainingSchedules(input: $input) {
      updatedCount
      campaign {
        ...CampaignDetails
      }
    }
  }
`);

export const DELETE_SCHEDULE = graphql(`
  mutation DeleteSchedule($input: DeleteScheduleInput!) {
    deleteSchedule(input: $input) {
      deletedScheduleId
      campaign {
        ...CampaignDetails
      }
    }
  }
`);
