import { useQuery } from '@apollo/client/react';
import { Alert, List, Loader, Stack, Table, Text } from '@mantine/core';
import { IconClock, IconPhoneOutgoing } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { failureOf } from '../../api/failure';
import type { LeadDetailsQuery, LeadRowFragment } from '../../api/generated/graphql';
import { EntityDialog } from '../../components/entity-dialog';
import { FailureAlert } from '../../components/failure-alert';
import { useFormat } from '../../i18n/use-format';
import { useCampaign } from '../frame/use-campaign';
import { LEAD_DETAILS } from './lead-operations';

type Callability = NonNullable<LeadDetailsQuery['lead']>['callability'];

interface LeadDetailsDialogProps {
  readonly lead: LeadRowFragment;
  readonly onClose: () => void;
}

/** Why a lead is not called now, and when it will be; with what its file said of it besides. */
export function LeadDetailsDialog({ lead: { id, name, phoneNumber }, onClose }: LeadDetailsDialogProps) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(LEAD_DETAILS, { variables: { id }, fetchPolicy: 'network-only' });
  const lead = data?.lead;
  const extraFields = Object.entries(lead?.extraFields ?? {});
  return (
    <EntityDialog title={t('leads.whyTitle', { name: name || phoneNumber })} onClose={onClose}>
      <Stack>
        {error && <FailureAlert failure={failureOf(error)} onRetry={() => void refetch()} />}
        {!lead && !error && <Loader role="status" aria-label={t('states.loading')} />}
        {lead && <CallabilityText callability={lead.callability} />}
        {extraFields.length > 0 && (
          <Table aria-label={t('leads.extraFields')} variant="vertical">
            <Table.Tbody>
              {extraFields.map(([column, text]) => (
                <Table.Tr key={column}>
                  <Table.Th scope="row">{column}</Table.Th>
                  <Table.Td>{String(text)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Stack>
    </EntityDialog>
  );
}

function CallabilityText({ callability: { callable, reasons, nextDueAt } }: { readonly callability: Callability }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const { timeZone } = useCampaign();
  if (callable) {
    return (
      <Alert color="pine" variant="light" icon={<IconPhoneOutgoing aria-hidden />}>
        {t('leads.callable')}
      </Alert>
    );
  }
  return (
    <>
      <List size="sm" spacing={4}>
        {reasons.map((reason) => (
          <List.Item key={reason}>{t(`leadBlockReasons.${reason}`)}</List.Item>
        ))}
      </List>
      <Alert color="gray" variant="light" icon={<IconClock aria-hidden />}>
        <Text size="sm">
          {nextDueAt ? t('leads.nextDue', { at: dateTime(nextDueAt, timeZone) }) : t('leads.neverDue')}
        </Text>
      </Alert>
    </>
  );
}
