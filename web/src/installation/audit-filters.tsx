import { useQuery } from '@apollo/client/react';
import { Button, Group, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AuditEventFilter } from '../api/generated/graphql';
import type { ListState } from '../components/use-list-state';
import { QueryFailure } from '../components/query-failure';
import { auditActions } from './audit-actions';
import { AUDIT_USERS } from './audit-operations';

type Filters = Pick<ListState<string>, 'filter' | 'setFilter'>;

/** The conditions that are set, as the API wants them. */
export function auditFilter({ filter }: Filters): AuditEventFilter {
  const outcome = filter('outcome');
  return {
    ...(filter('action') && { action: filter('action') }),
    ...(filter('user') && { userId: filter('user') }),
    ...(filter('object') && { objectId: filter('object') }),
    ...(outcome && { refused: outcome === 'refused' }),
    ...(filter('from') && { from: instantOf(filter('from')) }),
    ...(filter('to') && { to: instantOf(filter('to')) }),
  };
}

/** The field gives local time; the API takes instants. */
function instantOf(localTime: string): string {
  return new Date(localTime).toISOString();
}

export function AuditFilters({ filter, setFilter }: Filters) {
  const { t } = useTranslation();
  const choices = useQuery(AUDIT_USERS);
  const set = (name: string) => (value: string | null) => {
    setFilter(name, value);
  };
  const clear = { 'aria-label': t('audit.any') };
  return (
    <Group align="flex-end" gap="sm">
      <QueryFailure query={choices} />
      <Select
        label={t('audit.action')}
        data={auditActions}
        placeholder={t('audit.any')}
        searchable
        clearable
        clearButtonProps={clear}
        value={filter('action') || null}
        onChange={set('action')}
      />
      <Select
        label={t('audit.user')}
        data={(choices.data?.users.nodes ?? []).map(({ id, username }) => ({ value: id, label: username }))}
        placeholder={t('audit.any')}
        searchable
        clearable
        clearButtonProps={clear}
        value={filter('user') || null}
        onChange={set('user')}
      />
      <Select
        label={t('audit.outcome')}
        data={[
          { value: 'done', label: t('audit.done') },
          { value: 'refused', label: t('audit.refused') },
        ]}
        placeholder={t('audit.any')}
        clearable
        clearButtonProps={clear}
        value={filter('outcome') || null}
        onChange={set('outcome')}
      />
      <TextInput
        type="datetime-local"
        label={t('audit.from')}
        value={filter('from')}
        onChange={({ currentTarget }) => {
          setFilter('from', currentTarget.value);
        }}
      />
      <TextInput
        type="datetime-local"
        label={t('audit.to')}
        value={filter('to')}
        onChange={({ currentTarget }) => {
          setFilter('to', currentTarget.value);
        }}
      />
      {filter('object') && (
        <Button
          variant="default"
          onClick={() => {
            setFilter('object', null);
          }}
        >
          {t('audit.anyObject')}
        </Button>
      )}
    </Group>
  );
}
