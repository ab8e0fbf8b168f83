import { useQuery } from '@apollo/client/react';
import { Button, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, EntityTable } from '../components/entity-table';
import { Page } from '../components/page';
import { StateBadge } from '../components/state-badge';
import { useListState } from '../components/use-list-state';
import { useFormat } from '../i18n/use-format';
import { CreateUserDialog } from './create-user-dialog';
import { UserActions } from './user-actions';
import { USERS } from './user-operations';
import type { UserRowFragment, UserOrderField } from '../api/generated/graphql';

/** All users for a `MASTER`, those of the own groups for a `GROUP_MANAGER`: the server lists what each may see. */
export function Component() {
  const { t } = useTranslation();
  const [isAdding, setIsAdding] = useState(false);
  const list = useListState<UserOrderField>(['USERNAME', 'CREATED_AT']);
  const { data, previousData, error, loading, refetch } = useQuery(USERS, {
    variables: { ...list.page, filter: { search: list.search }, orderBy: list.orderBy },
  });
  const columns = useColumns();
  return (
    <Page
      title={t('tabs.users')}
      actions={
        <Button
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => {
            setIsAdding(true);
          }}
        >
          {t('users.add')}
        </Button>
      }
    >
      <EntityTable
        caption={t('tabs.users')}
        columns={columns}
        list={list}
        page={(data ?? previousData)?.users}
        error={error}
        isLoading={loading}
        onRetry={() => void refetch()}
        searchLabel={t('users.search')}
        emptyText={t('users.none')}
        actions={(user) => <UserActions user={user} onDeleted={() => void refetch()} />}
      />
      {isAdding && (
        <CreateUserDialog
          onCreated={() => void refetch()}
          onClose={() => {
            setIsAdding(false);
          }}
        />
      )}
    </Page>
  );
}

function useColumns(): Column<UserRowFragment, UserOrderField>[] {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  return [
    { key: 'username', header: t('users.username'), sortField: 'USERNAME', cell: (user) => <b>{user.username}</b> },
    { key: 'role', header: t('users.role'), cell: ({ role }) => t(`roles.${role}`) },
    {
      key: 'groups',
      header: t('users.groups'),
      isMinor: true,
      cell: ({ groups }) =>
        groups.map(({ name }) => name).join(', ') || (
          <Text size="sm" c="dimmed">
            {t('users.noGroup')}
          </Text>
        ),
    },
    { key: 'state', header: t('users.state'), cell: (user) => <UserState user={user} /> },
    {
      key: 'createdAt',
      header: t('users.createdAt'),
      sortField: 'CREATED_AT',
      isMinor: true,
      cell: ({ createdAt }) => dateTime(createdAt),
    },
  ];
}

function UserState({ user: { enabled, mustChangePassword } }: { readonly user: UserRowFragment }) {
  const { t } = useTranslation();
  if (!enabled) return <StateBadge tone="off">{t('users.disabled')}</StateBadge>;
  if (mustChangePassword) return <StateBadge tone="waiting">{t('users.mustChangePassword')}</StateBadge>;
  return <StateBadge tone="good">{t('users.enabled')}</StateBadge>;
}
