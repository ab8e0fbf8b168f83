import { Anchor, Button, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { QueueOrderField, QueueRowFragment } from '../api/generated/graphql';
import { usePolled } from '../api/use-polled';
import { type Column, EntityTable } from '../components/entity-table';
import { Page } from '../components/page';
import { useListState } from '../components/use-list-state';
import { useFormat } from '../i18n/use-format';
import { CreateQueueDialog } from './create-queue-dialog';
import { PolledFrame } from './polled-frame';
import { QueueActions } from './queue-actions';
import { QUEUES } from './queue-operations';
import { SourceHealth } from './source-health';

const REFRESH_MS = 3000;

/** Who takes the answered calls, with how many are free for one. */
export function Component() {
  const { t } = useTranslation();
  const [isAdding, setIsAdding] = useState(false);
  const list = useListState<QueueOrderField>(['NAME', 'CREATED_AT']);
  const polled = usePolled(
    QUEUES,
    { ...list.page, filter: { search: list.search }, orderBy: list.orderBy },
    REFRESH_MS,
  );
  const columns = useColumns();
  return (
    <Page
      title={t('installation.page.queues')}
      actions={
        <Button
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => {
            setIsAdding(true);
          }}
        >
          {t('queues.add')}
        </Button>
      }
    >
      <PolledFrame polled={polled}>
        <EntityTable
          caption={t('installation.page.queues')}
          columns={columns}
          list={list}
          page={polled.data?.queues}
          error={undefined}
          isLoading={polled.isLoading}
          onRetry={polled.refetch}
          searchLabel={t('queues.search')}
          emptyText={t('queues.none')}
          actions={(queue) => <QueueActions queue={queue} onDeleted={polled.refetch} />}
        />
      </PolledFrame>
      {isAdding && (
        <CreateQueueDialog
          onCreated={polled.refetch}
          onClose={() => {
            setIsAdding(false);
          }}
        />
      )}
    </Page>
  );
}

function useColumns(): Column<QueueRowFragment, QueueOrderField>[] {
  const { t } = useTranslation();
  const { number } = useFormat();
  return [
    {
      key: 'name',
      header: t('queues.name'),
      sortField: 'NAME',
      cell: ({ id, name, type }) => (
        <>
          <Anchor component={Link} to={`/installation/queues/${id}`} fw={620}>
            {name}
          </Anchor>
          <Text size="xs" c="dimmed">
            {t(`queueTypes.${type}`)}
          </Text>
        </>
      ),
    },
    {
      key: 'source',
      header: t('queues.source'),
      isMinor: true,
      cell: ({ agentSource }) => agentSource && t(`sourceKinds.${agentSource.kind}`),
    },
    { key: 'health', header: t('installation.state'), cell: ({ health }) => <SourceHealth health={health} /> },
    { key: 'free', header: t('queues.free'), cell: ({ availability }) => number(availability.free) },
    { key: 'busy', header: t('queues.busy'), cell: ({ availability }) => number(availability.busy) },
    {
      key: 'wrapUp',
      header: t('queues.wrapUp'),
      isMinor: true,
      cell: ({ availability }) => number(availability.wrapUp),
    },
  ];
}
