import { useQuery } from '@apollo/client/react';
import { Button, Checkbox, Group, Select } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DialerPortOrderField, PortRowFragment } from '../api/generated/graphql';
import { usePolled } from '../api/use-polled';
import { type Column, EntityTable } from '../components/entity-table';
import { Page } from '../components/page';
import { QueryFailure } from '../components/query-failure';
import { StateBadge } from '../components/state-badge';
import { useListState } from '../components/use-list-state';
import { AddPortsDialog } from './add-ports-dialog';
import { LineHealth } from './line-health';
import { PolledFrame } from './polled-frame';
import { PORTS } from './port-operations';
import { RemovePortsDialog } from './remove-ports-dialog';
import { TRUNK_CHOICES } from './trunk-operations';

const REFRESH_MS = 5000;
/** A whole PBX on a page, so that all of its ports can be chosen at once. */
const PAGE_SIZE = 500;

/** The ports that register at PBXs, with their registration. */
export function Component() {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<'ADD' | 'REMOVE'>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const list = useListState<DialerPortOrderField>(['USERNAME', 'CREATED_AT'], { pageSize: PAGE_SIZE });
  const trunkId = list.filter('trunk');
  const choices = useQuery(TRUNK_CHOICES);
  const trunks = (choices.data?.trunks.nodes ?? []).filter(({ channels }) => channels == null);
  const filter = { search: list.search, ...(trunkId && { trunkId }) };
  const polled = usePolled(PORTS, { ...list.page, filter, orderBy: list.orderBy }, REFRESH_MS);
  const columns = useColumns(chosen, setChosen);

  const ports = polled.data?.dialerPorts.nodes ?? [];
  const chosenIds = ports.map(({ id }) => id).filter((id) => chosen.has(id));
  const close = (): void => {
    setDialog(undefined);
  };
  return (
    <Page
      title={t('installation.page.ports')}
      actions={
        <Button
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => {
            setDialog('ADD');
          }}
        >
          {t('ports.add')}
        </Button>
      }
    >
      <QueryFailure query={choices} />
      <Group align="flex-end">
        <Select
          label={t('ports.trunk')}
          data={trunks.map(({ id, name }) => ({ value: id, label: name }))}
          placeholder={t('ports.everyTrunk')}
          clearable
          clearButtonProps={{ 'aria-label': t('ports.everyTrunk') }}
          value={trunkId || null}
          onChange={(value) => {
            list.setFilter('trunk', value);
          }}
        />
        <Checkbox
          pb={8}
          label={t('ports.chooseAll')}
          checked={ports.length > 0 && chosenIds.length === ports.length}
          indeterminate={chosenIds.length > 0 && chosenIds.length < ports.length}
          disabled={ports.length === 0}
          onChange={({ currentTarget }) => {
            setChosen(new Set(currentTarget.checked ? ports.map(({ id }) => id) : []));
          }}
        />
        <Button
          variant="default"
          leftSection={<IconTrash size={16} aria-hidden />}
          disabled={chosenIds.length === 0}
          onClick={() => {
            setDialog('REMOVE');
          }}
        >
          {t('ports.removeChosen', { count: chosenIds.length })}
        </Button>
      </Group>
      <PolledFrame polled={polled}>
        <EntityTable
          caption={t('installation.page.ports')}
          columns={columns}
          list={list}
          page={polled.data?.dialerPorts}
          error={undefined}
          isLoading={polled.isLoading}
          onRetry={polled.refetch}
          searchLabel={t('ports.search')}
          emptyText={t('ports.none')}
        />
      </PolledFrame>
      {dialog === 'ADD' && (
        <AddPortsDialog trunks={trunks} trunkId={trunkId} onAdded={polled.refetch} onClose={close} />
      )}
      {dialog === 'REMOVE' && <RemovePortsDialog ids={chosenIds} onRemoved={polled.refetch} onClose={close} />}
    </Page>
  );
}

function useColumns(
  chosen: ReadonlySet<string>,
  setChosen: (chosen: ReadonlySet<string>) => void,
): Column<PortRowFragment, DialerPortOrderField>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'chosen',
      header: t('ports.chosen'),
      cell: ({ id, username }) => (
        <Checkbox
          aria-label={t('ports.choose', { username })}
          checked={chosen.has(id)}
          onChange={({ currentTarget }) => {
            const others = [...chosen].filter((one) => one !== id);
            setChosen(new Set(currentTarget.checked ? [...others, id] : others));
          }}
        />
      ),
    },
    { key: 'username', header: t('ports.username'), sortField: 'USERNAME', cell: ({ username }) => <b>{username}</b> },
    { key: 'health', header: t('ports.registration'), cell: ({ health }) => <LineHealth health={health} /> },
    {
      key: 'busy',
      header: t('ports.call'),
      cell: ({ busy }) => (
        <StateBadge tone={busy ? 'good' : 'off'}>{busy ? t('ports.busy') : t('ports.idle')}</StateBadge>
      ),
    },
    { key: 'trunk', header: t('ports.trunk'), isMinor: true, cell: ({ trunk }) => trunk.name },
  ];
}
