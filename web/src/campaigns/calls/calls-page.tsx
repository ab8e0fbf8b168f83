import { useQuery } from '@apollo/client/react';
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconDownload, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import type { AttemptRowFragment, CallAttemptOrderField } from '../../api/generated/graphql';
import { type Column, EntityTable } from '../../components/entity-table';
import { useListState } from '../../components/use-list-state';
import { useFormat } from '../../i18n/use-format';
import { AttemptBadge } from './attempt-badge';
import { AttemptDrawer } from './attempt-drawer';
import { CallFilterFields } from './call-filter-fields';
import { CALL_LOG } from './call-operations';
import { useCallReasonText } from './call-reasons';
import { useCallFilter } from './use-call-filter';

/** The call log of a campaign. */
export function Component() {
  const { t } = useTranslation();
  const { id: campaignId = '' } = useParams();
  const list = useListState<CallAttemptOrderField>(['QUEUED_AT'], { firstDirection: 'DESC' });
  const { conditions, filter, change } = useCallFilter();
  const [openId, setOpenId] = useState<string>();
  const columns = useColumns();
  const { data, previousData, error, loading, refetch } = useQuery(CALL_LOG, {
    variables: { ...list.page, filter: { ...filter, campaignId, search: list.search }, orderBy: list.orderBy },
  });
  const page = (data ?? previousData)?.callAttempts;
  return (
    <Stack gap="sm">
      <CallFilterFields conditions={conditions} change={change} />
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRefresh size={14} aria-hidden />}
          onClick={() => void refetch()}
        >
          {t('calls.refresh')}
        </Button>
        {page && (
          <Button
            component="a"
            href={page.csvUrl}
            download
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
          >
            {t('calls.export')}
          </Button>
        )}
      </Group>
      <EntityTable
        caption={t('calls.log')}
        columns={columns}
        list={list}
        page={page}
        error={error}
        isLoading={loading}
        onRetry={() => void refetch()}
        searchLabel={t('calls.search')}
        emptyText={t('calls.none')}
        actions={({ id, leadName, phoneNumber }) => (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={t('calls.detailsOf', { name: leadName || phoneNumber })}
            onClick={() => {
              setOpenId(id);
            }}
          >
            {t('calls.details')}
          </Button>
        )}
      />
      {openId !== undefined && (
        <AttemptDrawer
          attemptId={openId}
          onClose={() => {
            setOpenId(undefined);
          }}
        />
      )}
    </Stack>
  );
}

function useColumns(): Column<AttemptRowFragment, CallAttemptOrderField>[] {
  const { t } = useTranslation();
  const { dateTime, seconds } = useFormat();
  const reasonText = useCallReasonText();
  return [
    { key: 'time', header: t('calls.time'), sortField: 'QUEUED_AT', cell: ({ queuedAt }) => dateTime(queuedAt) },
    {
      key: 'lead',
      header: t('calls.lead'),
      cell: ({ leadName, phoneNumber }) => (
        <>
          <Text size="sm" fw={600}>
            {leadName}
          </Text>
          <Text size="sm">{phoneNumber}</Text>
        </>
      ),
    },
    { key: 'result', header: t('calls.result'), cell: (attempt) => <AttemptBadge attempt={attempt} /> },
    {
      key: 'reason',
      header: t('calls.reason'),
      isMinor: true,
      cell: ({ termination }) => termination && reasonText(termination.reason),
    },
    {
      key: 'verdict',
      header: t('calls.verdict'),
      isMinor: true,
      cell: ({ amd }) => amd && t(`amdVerdicts.${amd.verdict}`),
    },
    {
      key: 'duration',
      header: t('calls.duration'),
      isMinor: true,
      cell: ({ answeredAt, endedAt }) => answeredAt && endedAt && seconds(Date.parse(endedAt) - Date.parse(answeredAt)),
    },
  ];
}
