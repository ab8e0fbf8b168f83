import { IconCircle, IconCircleCheck, IconPhoneCall, IconPhoneOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ScheduleStatus as Status } from '../../api/generated/graphql';
import { StateBadge } from '../../components/state-badge';

export const statusIcons = {
  NOT_RUNNING: IconCircle,
  RUNNING: IconPhoneCall,
  FINISHED: IconCircleCheck,
  DNC_OUT_OF_SERVICE: IconPhoneOff,
} as const satisfies Record<Status, typeof IconCircle>;

const tones = { NOT_RUNNING: 'off', RUNNING: 'good', FINISHED: 'off', DNC_OUT_OF_SERVICE: 'bad' } as const;

export function ScheduleStatus({ status }: { readonly status: Status }) {
  const { t } = useTranslation();
  return <StateBadge tone={tones[status]}>{t(`scheduleStatuses.${status}`)}</StateBadge>;
}
