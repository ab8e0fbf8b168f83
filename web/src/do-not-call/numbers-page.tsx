import { useQuery } from '@apollo/client/react';
import { useTranslation } from 'react-i18next';
import type { DncNumberOrderField, DncNumbersQuery } from '../api/generated/graphql';
import { type Column, EntityTable } from '../components/entity-table';
import { Page } from '../components/page';
import { useListState } from '../components/use-list-state';
import { useFormat } from '../i18n/use-format';
import { DNC_NUMBERS } from './do-not-call-operations';
import { NumbersUpload } from './numbers-upload';

type DncNumber = DncNumbersQuery['dncNumbers']['nodes'][number];

/** The list of the built-in service. */
export function Component() {
  const { t } = useTranslation();
  const list = useListState<DncNumberOrderField>(['PHONE_NUMBER', 'ADDED_AT']);
  const { data, previousData, error, loading, refetch } = useQuery(DNC_NUMBERS, {
    variables: { ...list.page, filter: { search: list.search }, orderBy: list.orderBy },
  });
  const columns = useColumns();
  return (
    <Page title={t('doNotCall.list')}>
      <NumbersUpload onLoaded={() => void refetch()} />
      <EntityTable
        caption={t('doNotCall.list')}
        columns={columns}
        list={list}
        page={(data ?? previousData)?.dncNumbers}
        error={error}
        isLoading={loading}
        onRetry={() => void refetch()}
        searchLabel={t('doNotCall.searchNumber')}
        emptyText={t('doNotCall.noNumber')}
      />
    </Page>
  );
}

function useColumns(): Column<DncNumber, DncNumberOrderField>[] {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  return [
    {
      key: 'number',
      header: t('doNotCall.number'),
      sortField: 'PHONE_NUMBER',
      cell: ({ phoneNumber }) => phoneNumber,
    },
    { key: 'addedAt', header: t('doNotCall.addedAt'), sortField: 'ADDED_AT', cell: ({ addedAt }) => dateTime(addedAt) },
  ];
}
