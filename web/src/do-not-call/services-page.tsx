import { useQuery } from '@apollo/client/react';
import { Button, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DncServiceOrderField, DncServiceRowFragment } from '../api/generated/graphql';
import { type Column, EntityTable } from '../components/entity-table';
import { Page } from '../components/page';
import { useListState } from '../components/use-list-state';
import { useFormat } from '../i18n/use-format';
import { CreateServiceDialog } from './create-service-dialog';
import { DNC_SERVICES } from './do-not-call-operations';
import { ServiceActions } from './service-actions';

/** The services that campaigns ask before a call, the built-in one among them. */
export function Component() {
  const { t } = useTranslation();
  const [isAdding, setIsAdding] = useState(false);
  const list = useListState<DncServiceOrderField>(['NAME', 'CREATED_AT']);
  const { data, previousData, error, loading, refetch } = useQuery(DNC_SERVICES, {
    variables: { ...list.page, filter: { search: list.search }, orderBy: list.orderBy },
  });
  const columns = useColumns();
  return (
    <Page
      title={t('tabs.doNotCall')}
      actions={
        <Button
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => {
            setIsAdding(true);
          }}
        >
          {t('doNotCall.add')}
        </Button>
      }
    >
      <Text size="sm" c="dimmed" maw={720}>
        {t('doNotCall.hint')}
      </Text>
      <EntityTable
        caption={t('doNotCall.services')}
        columns={columns}
        list={list}
        page={(data ?? previousData)?.dncServices}
        error={error}
        isLoading={loading}
        onRetry={() => void refetch()}
        searchLabel={t('doNotCall.search')}
        emptyText={t('doNotCall.none')}
        actions={(service) => <ServiceActions service={service} onDeleted={() => void refetch()} />}
      />
      {isAdding && (
        <CreateServiceDialog
          onCreated={() => void refetch()}
          onClose={() => {
            setIsAdding(false);
          }}
        />
      )}
    </Page>
  );
}

function useColumns(): Column<DncServiceRowFragment, DncServiceOrderField>[] {
  const { t } = useTranslation();
  const { number } = useFormat();
  return [
    {
      key: 'name',
      header: t('doNotCall.name'),
      sortField: 'NAME',
      cell: ({ name, builtIn }) => (
        <>
          <b>{name}</b>
          {builtIn && (
            <Text size="xs" c="dimmed">
              {t('doNotCall.builtIn')}
            </Text>
          )}
        </>
      ),
    },
    { key: 'url', header: t('doNotCall.url'), cell: ({ url }) => url },
    {
      key: 'timeout',
      header: t('doNotCall.timeoutMs'),
      isMinor: true,
      cell: ({ timeoutMs }) => number(timeoutMs),
    },
    {
      key: 'certificate',
      header: t('doNotCall.authorities'),
      isMinor: true,
      cell: ({ caCertificate }) => (caCertificate == null ? t('doNotCall.ofSystem') : t('doNotCall.ofItsOwn')),
    },
  ];
}
