import { useTranslation } from 'react-i18next';

/** Every reason with which the engine ends an attempt. */
export const callReasons = [
  'transferred',
  'no-answer',
  'busy',
  'rejected',
  'number-not-reachable',
  'machine',
  'fax',
  'silence-on-answer',
  'busy-tone',
  'customer-hung-up',
  'transfer-failed',
  'do-not-call',
  'unwanted',
  'blocked-by-analytics',
  'trunk-down',
  'line-out-of-service',
  'no-free-port',
  'no-media-port',
  'trunk-fault',
  'trunk-auth',
  'no-route',
  'temporarily-unavailable',
  'media-mismatch',
  'identity-rejected',
  'rejected-anonymous',
  'system-error',
  'network-error',
  'connection-lost',
  'moved',
  'unclassified',
  'cancelled',
  'no-agents',
  'dnc-out-of-service',
  'dnc-answer-too-old',
  'schedule-ended',
  'campaign-stopped',
  'lease-lost',
  'not-recorded',
  'engine-draining',
  'engine-stopped',
  'engine-restarted',
  'recovery',
  'dialer-error',
] as const;
type CallReason = (typeof callReasons)[number];

/** The reason in plain words; one that a newer engine has is shown as it is. */
export function useCallReasonText(): (reason: string) => string {
  const { t } = useTranslation();
  return (reason) => (isKnown(reason) ? t(`callReasons.${reason}`) : reason);
}

function isKnown(reason: string): reason is CallReason {
  return (callReasons as readonly string[]).includes(reason);
}
