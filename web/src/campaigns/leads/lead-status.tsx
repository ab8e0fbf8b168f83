import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LeadStatus as Status } from '../../api/generated/graphql';
import { leadStatuses } from '../live/lead-statuses';

export function LeadStatus({ status }: { readonly status: Status }) {
  const { t } = useTranslation();
  const color = leadStatuses.find((view) => view.status === status)?.color ?? 'gray';
  return (
    <Badge variant="dot" color={color} tt="none" fw={500}>
      {t(`leadStatuses.${status}`)}
    </Badge>
  );
}
