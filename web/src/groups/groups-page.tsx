import { useQuery } from '@apollo/client/react';
import { Button, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GroupOrderField, GroupRowFragment } from '../api/generated/graphql';
import { type Column, EntityTable } from '../components/entity-table';
import { Page } from '../components/page';
import { StateBadge } from '../components/state-badge';
import { useListState } from '../components/use-list-state';
import { useFormat } from '../i18n/use-format';
import { useMe } from '../session/session';
import { CreateGroupDialog } from './create-group-dialog';
import { GroupActions } from './group-actions';
import { GROUPS } from './group-operations';

/** All groups for a `MASTER`, the own ones for a `GROUP_MANAGER`, who enables and disables them alone. */
export function Component() {
  const { t } = useTranslation();
  const isMaster = useMe().role === 'MASTER';
  const [isAdding, setIsAdding] = useState(false);
  const list = useListState<GroupOrderField>(['NAME', 'CREATED_AT']);
  const { data, previousData, error, loading, refetch } = useQuery(GROUPS, {
    variables: { ...list.page, filter: { search: list.search }, orderBy: list.orderBy },
  });
  const columns = useColumns();
  return (
    <Page
      title={t('tabs.groups')}
      actions={
        isMaster && (
          <Button
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => {
              setIsAdding(true);
            }}
          >
            {t('groups.add')}
          </Button>
        )
      }
    >
      <EntityTable
        caption={t('tabs.groups')}
        columns={columns}
        list={list}
        page={(data ?? previousData)?.groups}
        error={error}
        isLoading={loading}
        onRetry={() => void refetch()}
        searchLabel={t('groups.search')}
        emptyText={t('groups.none')}
        actions={(group) => <GroupActions group={group} />}
      />
      {isAdding && (
        <CreateGroupDialog
          onCreated={() => void refetch()}
          onClose={() => {
            setIsAdding(false);
          }}
        />
      )}
    </Page>
  );
}

function useColumns(): Column<GroupRowFragment, GroupOrderField>[] {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  return [
    { key: 'name', header: t('groups.name'), sortField: 'NAME', cell: (group) => <b>{group.name}</b> },
    { key: 'description', header: t('groups.description'), isMinor: true, cell: ({ description }) => description },
    { key: 'state', header: t('groups.state'), cell: (group) => <GroupState group={group} /> },
    {
      key: 'createdAt',
      header: t('groups.createdAt'),
      sortField: 'CREATED_AT',
      isMinor: true,
      cell: ({ createdAt }) => dateTime(createdAt),
    },
  ];
}

/** What a disabled group means stands beside it: nobody has to know the rules by heart. */
function GroupState({ group: { enabled } }: { readonly group: GroupRowFragment }) {
  const { t } = useTranslation();
  if (enabled) return <StateBadge tone="good">{t('groups.enabled')}</StateBadge>;
  return (
    <Stack gap={4} align="flex-start">
      <StateBadge tone="off">{t('groups.disabled')}</StateBadge>
      <Text size="xs" c="dimmed" maw={360}>
        {t('groups.disabledRules')}
      </Text>
    </Stack>
  );
}
