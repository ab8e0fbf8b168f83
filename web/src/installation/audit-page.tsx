import { useQuery } from '@apollo/client/react';
import { Button, Code, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEventOrderField, AuditRowFragment } from '../api/generated/graphql';
import { type Column, EntityTable } from '../components/entity-table';
import { Page } from '../components/page';
import { StateBadge } from '../components/state-badge';
import { useListState } from '../components/use-list-state';
import { useFormat } from '../i18n/use-format';
import { AuditDetailsDialog } from './audit-details-dialog';
import { auditFilter, AuditFilters } from './audit-filters';
import { AUDIT_EVENTS } from './audit-operations';

/** Who did, or tried to do, what. */
export function Component() {
  const { t } = useTranslation();
  const [shown, setShown] = useState<AuditRowFragment>();
  const list = useListState<AuditEventOrderField>(['AT'], { firstDirection: 'DESC' });
  const filter = auditFilter(list);
  const { data, previousData, error, loading, refetch } = useQuery(AUDIT_EVENTS, {
    variables: { ...list.page, filter, orderBy: list.orderBy },
  });
  const columns = useColumns();
  return (
    <Page
      title={t('installation.page.audit')}
      actions={
        <Button variant="default" loading={loading} onClick={() => void refetch()}>
          {t('audit.refresh')}
        </Button>
      }
    >
      <AuditFilters filter={list.filter} setFilter={list.setFilter} />
      <EntityTable
        caption={t('installation.page.audit')}
        columns={columns}
        list={list}
        page={(data ?? previousData)?.auditEvents}
        error={error}
        isLoading={loading}
        onRetry={() => void refetch()}
        emptyText={t('audit.none')}
        actions={(event) => (
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={t('audit.detailsOf', { action: event.action })}
            onClick={() => {
              setShown(event);
            }}
          >
            {t('audit.details')}
          </Button>
        )}
      />
      {shown && (
        <AuditDetailsDialog
          event={shown}
          onSameObject={(objectId) => {
            list.setFilter('object', objectId);
          }}
          onClose={() => {
            setShown(undefined);
          }}
        />
      )}
    </Page>
  );
}

function useColumns(): Column<AuditRowFragment, AuditEventOrderField>[] {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  return [
    { key: 'at', header: t('audit.at'), sortField: 'AT', cell: ({ at }) => dateTime(at) },
    { key: 'user', header: t('audit.user'), cell: ({ username }) => username ?? t('audit.server') },
    {
      key: 'action',
      header: t('audit.action'),
      cell: ({ action, objectType }) => (
        <>
          <Code>{action}</Code>
          {objectType && (
            <Text size="xs" c="dimmed">
              {objectType}
            </Text>
          )}
        </>
      ),
    },
    { key: 'outcome', header: t('audit.outcome'), cell: ({ errorCode }) => <Outcome errorCode={errorCode} /> },
    { key: 'address', header: t('audit.address'), isMinor: true, cell: ({ address }) => address ?? '–' },
  ];
}

function Outcome({ errorCode }: Pick<AuditRowFragment, 'errorCode'>) {
  const { t } = useTranslation();
  if (!errorCode) return <StateBadge tone="good">{t('audit.done')}</StateBadge>;
  return (
    <>
      <StateBadge tone="bad">{t('audit.refused')}</StateBadge>
      <Text size="xs" c="dimmed">
        {errorCode}
      </Text>
    </>
  );
}
