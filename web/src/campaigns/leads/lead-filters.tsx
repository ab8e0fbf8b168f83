import { Group, MultiSelect, SegmentedControl, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { leadStatuses } from '../live/lead-statuses';
import type { LeadListState, LeadScope } from './use-lead-list';

const scopes: readonly LeadScope[] = ['PENDING', 'DONE', 'ALL'];

export function LeadFilters({ list, scope, statuses, setScope, setStatuses }: LeadListState) {
  const { t } = useTranslation();
  return (
    <Group align="flex-end" gap="sm">
      <SegmentedControl
        aria-label={t('leads.shown')}
        data={scopes.map((value) => ({ value, label: t(`leadScopes.${value}`) }))}
        value={scope}
        onChange={(value) => {
          setScope(value);
        }}
      />
      <TextInput
        type="search"
        label={t('leads.search')}
        defaultValue={list.search}
        onChange={({ currentTarget }) => {
          list.setSearch(currentTarget.value);
        }}
        leftSection={<IconSearch size={16} aria-hidden />}
      />
      <MultiSelect
        label={t('leads.status')}
        data={leadStatuses.map(({ status }) => ({ value: status, label: t(`leadStatuses.${status}`) }))}
        value={[...statuses]}
        onChange={setStatuses}
        clearable
        clearButtonProps={{ 'aria-label': t('leads.everyStatus') }}
        miw={220}
        maw={420}
      />
    </Group>
  );
}
