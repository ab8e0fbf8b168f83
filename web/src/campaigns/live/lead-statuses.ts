import type { CountersFragment, LeadStatus } from '../../api/generated/graphql';

interface StatusView {
  readonly status: LeadStatus;
  readonly countOf: (leads: LeadStatusCounts) => number;
  /** Has 3:1 on the ground of cards, in light and dark; a label is always beside it. */
  readonly color: string;
}

export type LeadStatusCounts = CountersFragment['leads'];

/** Every status in the order of the bar: what went well, what comes again, what is lost, what is still to be called. */
export const leadStatuses: readonly StatusView[] = [
  { status: 'SUCCESS', countOf: ({ success }) => success, color: '#1c8f6e' },
  { status: 'AMD', countOf: ({ amd }) => amd, color: '#7a62d0' },
  { status: 'BUSY', countOf: ({ busy }) => busy, color: '#b87400' },
  { status: 'DECLINED', countOf: ({ declined }) => declined, color: '#c2528b' },
  { status: 'FAILED', countOf: ({ failed }) => failed, color: '#d24a3a' },
  {
    status: 'SERVICE_TEMPORARILY_UNAVAILABLE',
    countOf: ({ serviceTemporarilyUnavailable }) => serviceTemporarilyUnavailable,
    color: '#9a6a4b',
  },
  { status: 'UNKNOWN', countOf: ({ unknown }) => unknown, color: '#7d8a84' },
  { status: 'DO_NOT_CALL', countOf: ({ doNotCall }) => doNotCall, color: '#5c7fa6' },
  { status: 'NOT_CALLED', countOf: ({ notCalled }) => notCalled, color: '#2f86c9' },
];
