import { useTranslation } from 'react-i18next';

/** Every reason with which the engine ends an attempt. */
export const callReasons = [
  'transferred',
  'no-answer',
  'busy',
  'rejected',
  'number-not-reachable',
  'machine',
  'customer-hung-up',
  'transfer-failed',
  'do-not-call',
  'unwanted',
  'blocked-by-analytics',
  'trunk-down',
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
  'campaign-stopped',
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
