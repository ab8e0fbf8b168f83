import { Button, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TrunkOrderField, TrunkRowFragment } from '../api/generated/graphql';
import { usePolled } from '../api/use-polled';
import { type Column, EntityTable } from '../components/entity-table';
import { Page } from '../components/page';
import { useListState } from '../components/use-list-state';
import { useFormat } from '../i18n/use-format';
import { CreateTrunkDialog } from './create-trunk-dialog';
import { LineHealth } from './line-health';
import { PolledFrame } from './polled-frame';
import { TrunkActions } from './trunk-actions';
import { TRUNKS } from './trunk-operations';

const REFRESH_MS = 5000;

/** The ways to the telephone network, with their health. */
export function Component() {
  const { t } = useTranslation();
  const [isAdding, setIsAdding] = useState(false);
  const list = useListState<TrunkOrderField>(['NAME', 'CREATED_AT']);
  const polled = usePolled(
    TRUNKS,
    { ...list.page, filter: { search: list.search }, orderBy: list.orderBy },
    REFRESH_MS,
  );
  const columns = useColumns();
  return (
    <Page
      title={t('installation.page.trunks')}
      actions={
        <Button
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => {
            setIsAdding(true);
          }}
        >
          {t('trunks.add')}
        </Button>
      }
    >
      <PolledFrame polled={polled}>
        <EntityTable
          caption={t('installation.page.trunks')}
          columns={columns}
          list={list}
          page={polled.data?.trunks}
          error={undefined}
          isLoading={polled.isLoading}
          onRetry={polled.refetch}
          searchLabel={t('trunks.search')}
          emptyText={t('trunks.none')}
          actions={(trunk) => <TrunkActions trunk={trunk} onDeleted={polled.refetch} />}
        />
      </PolledFrame>
      {isAdding && (
        <CreateTrunkDialog
          onCreated={polled.refetch}
          onClose={() => {
            setIsAdding(false);
          }}
        />
      )}
    </Page>
  );
}

function useColumns(): Column<TrunkRowFragment, TrunkOrderField>[] {
  const { t } = useTranslation();
  const { number } = useFormat();
  return [
    { key: 'name', header: t('trunks.name'), sortField: 'NAME', cell: ({ name }) => <b>{name}</b> },
    { key: 'health', header: t('installation.state'), cell: ({ health }) => <LineHealth health={health} /> },
    { key: 'servers', header: t('trunks.servers'), isMinor: true, cell: (trunk) => <Servers trunk={trunk} /> },
    {
      key: 'lines',
      header: t('trunks.lines'),
      isMinor: true,
      cell: ({ channels }) => (channels == null ? t('trunks.ports') : t('trunks.channelCount', { count: channels })),
    },
    { key: 'calls', header: t('engine.callsInFlight'), cell: ({ callsInFlight }) => number(callsInFlight) },
  ];
}

function Servers({ trunk }: { readonly trunk: TrunkRowFragment }) {
  const { t } = useTranslation();
  const { servers, transport, outboundProxy } = trunk;
  return (
    <>
      <Text size="sm">{`${servers.map(address).join(', ')} · ${transport}`}</Text>
      {outboundProxy && (
        <Text size="xs" c="dimmed">
          {t('trunks.through', { proxy: address(outboundProxy) })}
        </Text>
      )}
    </>
  );
}

/** As in a SIP address: an IPv6 address is in brackets. */
function address({ host, sipPort }: TrunkRowFragment['servers'][number]): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return sipPort == null ? name : `${name}:${sipPort}`;
}
