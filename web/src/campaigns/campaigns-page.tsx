import { useQuery } from '@apollo/client/react';
import { Anchor, Button, Group, Select } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { CampaignOrderField, CampaignRowFragment, CampaignState } from '../api/generated/graphql';
import { type Column, EntityTable } from '../components/entity-table';
import { Page } from '../components/page';
import { type ListState, useListState } from '../components/use-list-state';
import { useFormat } from '../i18n/use-format';
import { useMe } from '../session/session';
import { CampaignActions } from './campaign-actions';
import { CAMPAIGNS } from './campaign-operations';
import { CreateCampaignDialog } from './create-campaign-dialog';
import { LiveCampaignState } from './live-campaign-state';
import { newCampaign, type NewCampaignValues } from './settings/campaign-values';

const states: readonly CampaignState[] = ['STARTED', 'STOPPED'];

/** The campaigns of the reader's groups. */
export function Component() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const isAdministrator = useMe().role === 'CAMPAIGN_ADMINISTRATOR';
  const [pattern, setPattern] = useState<NewCampaignValues>();
  const list = useListState<CampaignOrderField>(['NAME', 'FIRST_DAY', 'CREATED_AT']);
  const { data, previousData, error, loading, refetch } = useQuery(CAMPAIGNS, {
    variables: {
      ...list.page,
      filter: {
        search: list.search,
        state: states.find((state) => state === list.filter('state')) ?? null,
        groupId: list.filter('group') || null,
      },
      orderBy: list.orderBy,
    },
  });
  const columns = useColumns();
  return (
    <Page
      title={t('tabs.campaigns')}
      actions={
        isAdministrator && (
          <Button
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => {
              setPattern(newCampaign);
            }}
          >
            {t('campaigns.add')}
          </Button>
        )
      }
    >
      <Filters list={list} />
      <EntityTable
        caption={t('tabs.campaigns')}
        columns={columns}
        list={list}
        page={(data ?? previousData)?.campaigns}
        error={error}
        isLoading={loading}
        onRetry={() => void refetch()}
        searchLabel={t('campaigns.search')}
        emptyText={list.filter('state') || list.filter('group') ? t('campaigns.noneOfFilter') : t('campaigns.none')}
        {...(isAdministrator && {
          actions: (campaign: CampaignRowFragment) => (
            <CampaignActions campaign={campaign} onCopy={setPattern} onDeleted={() => void refetch()} />
          ),
        })}
      />
      {pattern && (
        <CreateCampaignDialog
          pattern={pattern}
          onCreated={(id) => void navigate(`/campaigns/${id}/leads`)}
          onClose={() => {
            setPattern(undefined);
          }}
        />
      )}
    </Page>
  );
}

function Filters({ list }: { readonly list: ListState<CampaignOrderField> }) {
  const { t } = useTranslation();
  const { groups } = useMe();
  return (
    <Group gap="sm">
      <Select
        label={t('campaigns.state')}
        placeholder={t('campaigns.all')}
        data={states.map((state) => ({ value: state, label: t(`campaignStates.${state}`) }))}
        value={list.filter('state') || null}
        onChange={(state) => {
          list.setFilter('state', state);
        }}
        clearable
        clearButtonProps={{ 'aria-label': t('campaigns.all') }}
      />
      {groups.length > 1 && (
        <Select
          label={t('campaigns.group')}
          placeholder={t('campaigns.all')}
          data={groups.map(({ id, name }) => ({ value: id, label: name }))}
          value={list.filter('group') || null}
          onChange={(group) => {
            list.setFilter('group', group);
          }}
          clearable
          clearButtonProps={{ 'aria-label': t('campaigns.all') }}
        />
      )}
    </Group>
  );
}

function useColumns(): Column<CampaignRowFragment, CampaignOrderField>[] {
  const { t } = useTranslation();
  const { date } = useFormat();
  return [
    {
      key: 'name',
      header: t('campaigns.name'),
      sortField: 'NAME',
      cell: ({ id, name }) => (
        <Anchor component={Link} to={`/campaigns/${id}`} fw={600}>
          {name}
        </Anchor>
      ),
    },
    {
      key: 'group',
      header: t('campaigns.group'),
      isMinor: true,
      cell: ({ group: { name, enabled } }) => (enabled ? name : t('campaigns.disabledGroup', { name })),
    },
    { key: 'type', header: t('campaignFields.type'), isMinor: true, cell: ({ type }) => t(`queueTypes.${type}`) },
    {
      key: 'days',
      header: t('campaigns.days'),
      sortField: 'FIRST_DAY',
      isMinor: true,
      cell: ({ firstDay, lastDay }) => `${date(firstDay)} – ${date(lastDay)}`,
    },
    { key: 'state', header: t('campaigns.state'), cell: (campaign) => <LiveCampaignState campaign={campaign} /> },
  ];
}
