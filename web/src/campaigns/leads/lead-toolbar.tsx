import { useMutation } from '@apollo/client/react';
import { Button, Group, Text } from '@mantine/core';
import {
  IconArrowBarToDown,
  IconArrowBarToUp,
  IconDownload,
  IconRecycle,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LeadFilter } from '../../api/generated/graphql';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { sayDone } from '../../components/passing-messages';
import { useFormat } from '../../i18n/use-format';
import { useMayEdit } from '../frame/use-campaign';
import { DELETE_LEADS } from './lead-operations';
import type { LeadWindow, LeadWindowState } from './lead-window';
import { RecycleDialog } from './recycle-dialog';

interface LeadToolbarProps {
  readonly campaignId: string;
  readonly filter: LeadFilter;
  readonly window: LeadWindow;
  readonly state: LeadWindowState;
  /** Since it was read. */
  readonly hasChanged: boolean;
}

/** How long the list is, of when it is, and what can be done with all of it. */
export function LeadToolbar({ campaignId, filter, window, state, hasChanged }: LeadToolbarProps) {
  const { t } = useTranslation();
  const { time } = useFormat();
  const { mayEdit } = useMayEdit();
  const [remove] = useMutation(DELETE_LEADS);
  const [dialog, setDialog] = useState<'RECYCLE' | 'DELETE'>();
  const { totalCount, readAt, pages } = state;
  const csvUrl = pages[0]?.csvUrl;
  const isEmpty = totalCount === 0;
  const restart = (): void => {
    void window.toStart();
  };
  const close = (): void => {
    setDialog(undefined);
  };
  return (
    <Group gap="xs" justify="space-between">
      <Text size="sm" c="dimmed">
        <span role="status">
          {t('table.total', { count: totalCount })}
          {hasChanged && ` · ${t('leads.changed')}`}
        </span>
        {readAt && ` · ${t('states.asOf', { time: time(readAt) })}`}
      </Text>
      <Group gap="xs">
        <Button
          size="xs"
          variant={hasChanged ? 'filled' : 'default'}
          leftSection={<IconRefresh size={14} aria-hidden />}
          onClick={restart}
        >
          {t('leads.refresh')}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconArrowBarToUp size={14} aria-hidden />}
          disabled={isEmpty}
          onClick={restart}
        >
          {t('leads.toStart')}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconArrowBarToDown size={14} aria-hidden />}
          disabled={isEmpty}
          onClick={() => void window.toEnd()}
        >
          {t('leads.toEnd')}
        </Button>
        {csvUrl !== undefined && (
          <Button
            component="a"
            href={csvUrl}
            download
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
          >
            {t('leads.export')}
          </Button>
        )}
        {mayEdit && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRecycle size={14} aria-hidden />}
            onClick={() => {
              setDialog('RECYCLE');
            }}
          >
            {t('leads.recycle')}
          </Button>
        )}
        {mayEdit && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconTrash size={14} aria-hidden />}
            disabled={isEmpty}
            onClick={() => {
              setDialog('DELETE');
            }}
          >
            {t('leads.deleteAll')}
          </Button>
        )}
      </Group>
      {dialog === 'RECYCLE' && <RecycleDialog campaignId={campaignId} onDone={restart} onClose={close} />}
      {dialog === 'DELETE' && (
        <ConfirmDialog
          title={t('leads.deleteAllTitle', { count: totalCount })}
          question={t('leads.deleteQuestion')}
          confirmLabel={t('actions.delete')}
          isDangerous
          onConfirm={async () => {
            const { data } = await remove({ variables: { input: { campaignId, filter } } });
            restart();
            sayDone(t('leads.deleted', { count: data?.deleteLeads?.deletedCount ?? 0 }));
          }}
          onClose={close}
        />
      )}
    </Group>
  );
}
