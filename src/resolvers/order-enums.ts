import { registerEnumType } from 'type-graphql';

/** What lists can be ordered by. */
export const OrderDirection = { ASC: 'ASC', DESC: 'DESC' } as const;
export type OrderDirection = (typeof OrderDirection)[keyof typeof OrderDirection];

export const UserOrderField = { USERNAME: 'USERNAME', CREATED_AT: 'CREATED_AT' } as const;
export type UserOrderField = (typeof UserOrderField)[keyof typeof UserOrderField];

export const GroupOrderField = { NAME: 'NAME', CREATED_AT: 'CREATED_AT' } as const;
export type GroupOrderField = (typeof GroupOrderField)[keyof typeof GroupOrderField];

export const CampaignOrderField = { NAME: 'NAME', FIRST_DAY: 'FIRST_DAY', CREATED_AT: 'CREATED_AT' } as const;
export type CampaignOrderField = (typeof CampaignOrderField)[keyof typeof CampaignOrderField];

export const ScheduleOrderField = { DATE: 'DATE' } as const;
export type ScheduleOrderField = (typeof ScheduleOrderField)[keyof typeof ScheduleOrderField];

export const LeadOrderField = { FILE_ORDER: 'FILE_ORDER', NAME: 'NAME', PHONE_NUMBER: 'PHONE_NUMBER' } as const;
export type LeadOrderField = (typeof LeadOrderField)[keyof typeof LeadOrderField];

export const CallAttemptOrderField = { QUEUED_AT: 'QUEUED_AT' } as const;
export type CallAttemptOrderField = (typeof CallAttemptOrderField)[keyof typeof CallAttemptOrderField];

export const TrunkOrderField = { NAME: 'NAME', CREATED_AT: 'CREATED_AT' } as const;
export type TrunkOrderField = (typeof TrunkOrderField)[keyof typeof TrunkOrderField];

export const DialerPortOrderField = { USERNAME: 'USERNAME', CREATED_AT: 'CREATED_AT' } as const;
export type DialerPortOrderField = (typeof DialerPortOrderField)[keyof typeof DialerPortOrderField];

export const QueueOrderField = { NAME: 'NAME', CREATED_AT: 'CREATED_AT' } as const;
export type QueueOrderField = (typeof QueueOrderField)[keyof typeof QueueOrderField];

export const DncServiceOrderField = { NAME: 'NAME', CREATED_AT: 'CREATED_AT' } as const;
export type DncServiceOrderField = (typeof DncServiceOrderField)[keyof typeof DncServiceOrderField];

export const DncNumberOrderField = { PHONE_NUMBER: 'PHONE_NUMBER', ADDED_AT: 'ADDED_AT' } as const;
export type DncNumberOrderField = (typeof DncNumberOrderField)[keyof typeof DncNumberOrderField];

export const AuditEventOrderField = { AT: 'AT' } as const;
export type AuditEventOrderField = (typeof AuditEventOrderField)[keyof typeof AuditEventOrderField];

registerEnumType(OrderDirection, {
  name: 'OrderDirection',
  description: 'Direction of an order.',
  valuesConfig: {
    ASC: { description: 'Lowest, earliest or alphabetically first entry first.' },
    DESC: { description: 'Highest, latest or alphabetically last entry first.' },
  },
});

registerEnumType(UserOrderField, {
  name: 'UserOrderField',
  description: 'What decides the order of users.',
  valuesConfig: {
    USERNAME: { description: 'By user name.' },
    CREATED_AT: { description: 'By time of creation.' },
  },
});

registerEnumType(GroupOrderField, {
  name: 'GroupOrderField',
  description: 'What decides the order of groups.',
  valuesConfig: {
    NAME: { description: 'By name.' },
    CREATED_AT: { description: 'By time of creation.' },
  },
});

registerEnumType(CampaignOrderField, {
  name: 'CampaignOrderField',
  description: 'What decides the order of campaigns.',
  valuesConfig: {
    NAME: { description: 'By name.' },
    FIRST_DAY: { description: 'By first day.' },
    CREATED_AT: { description: 'By time of creation.' },
  },
});

registerEnumType(ScheduleOrderField, {
  name: 'ScheduleOrderField',
  description: 'What decides the order of schedules.',
  valuesConfig: {
    DATE: { description: 'By day.' },
  },
});

registerEnumType(LeadOrderField, {
  name: 'LeadOrderField',
  description: 'What decides the order of leads.',
  valuesConfig: {
    FILE_ORDER: { description: 'By order of loading and, within a file, by row.' },
    NAME: { description: 'By name.' },
    PHONE_NUMBER: { description: 'By telephone number.' },
  },
});

registerEnumType(CallAttemptOrderField, {
  name: 'CallAttemptOrderField',
  description: 'What decides the order of attempts.',
  valuesConfig: {
    QUEUED_AT: { description: 'By the instant at which the lead was claimed.' },
  },
});

registerEnumType(TrunkOrderField, {
  name: 'TrunkOrderField',
  description: 'What decides the order of trunks.',
  valuesConfig: {
    NAME: { description: 'By name.' },
    CREATED_AT: { description: 'By time of creation.' },
  },
});

registerEnumType(DialerPortOrderField, {
  name: 'DialerPortOrderField',
  description: 'What decides the order of dialer ports.',
  valuesConfig: {
    USERNAME: { description: 'By user name.' },
    CREATED_AT: { description: 'By time of adding.' },
  },
});

registerEnumType(QueueOrderField, {
  name: 'QueueOrderField',
  description: 'What decides the order of queues.',
  valuesConfig: {
    NAME: { description: 'By name.' },
    CREATED_AT: { description: 'By time of creation.' },
  },
});

registerEnumType(DncServiceOrderField, {
  name: 'DncServiceOrderField',
  description: 'What decides the order of do-not-call services.',
  valuesConfig: {
    NAME: { description: 'By name.' },
    CREATED_AT: { description: 'By time of creation.' },
  },
});

registerEnumType(DncNumberOrderField, {
  name: 'DncNumberOrderField',
  description: 'What decides the order of numbers on the built-in do-not-call list.',
  valuesConfig: {
    PHONE_NUMBER: { description: 'By telephone number.' },
    ADDED_AT: { description: 'By time of loading.' },
  },
});

registerEnumType(AuditEventOrderField, {
  name: 'AuditEventOrderField',
  description: 'What decides the order of entries of the audit log.',
  valuesConfig: {
    AT: { description: 'By time.' },
  },
});
