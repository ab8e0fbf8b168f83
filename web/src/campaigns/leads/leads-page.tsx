import { Alert, Loader, Stack, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureAlert } from '../../components/failure-alert';
import { useCampaign, useMayEdit } from '../frame/use-campaign';
import { LeadDialogs, type LeadDialog } from './lead-dialogs';
import { LeadFilters } from './lead-filters';
import { LeadMenu } from './lead-menu';
import { LeadTable } from './lead-table';
import { LeadToolbar } from './lead-toolbar';
import { UploadPanel } from './upload-panel';
import { useFollowCounts } from './use-follow-counts';
import { useLeadList } from './use-lead-list';
import { useLeadWindow } from './use-lead-window';

/** The leads of a campaign: loading them, and the list. */
export function Component() {
  const { t } = useTranslation();
  const { id: campaignId } = useCampaign();
  const { mayEdit } = useMayEdit();
  const [dialog, setDialog] = useState<LeadDialog>();
  const leadList = useLeadList();
  const { list, filter } = leadList;
  const [window, state] = useLeadWindow({ campaignId, filter, orderBy: list.orderBy });
  const hasChanged = useFollowCounts(window, state);
  const isEmpty = state.pages.every(({ nodes }) => nodes.length === 0);
  const restart = (): void => {
    void window.toStart();
  };
  return (
    <Stack gap="md">
      {!mayEdit && (
        <Alert color="gray" variant="light" icon={<IconLock aria-hidden />}>
          {t('leads.locked')}
        </Alert>
      )}
      <UploadPanel campaignId={campaignId} isLocked={!mayEdit} onLoaded={restart} />
      <LeadFilters {...leadList} />
      <LeadToolbar campaignId={campaignId} filter={filter} window={window} state={state} hasChanged={hasChanged} />
      {state.failure && <FailureAlert failure={state.failure} onRetry={restart} />}
      {state.readAt === undefined && !state.failure && <Loader role="status" aria-label={t('states.loading')} />}
      {state.readAt && isEmpty && (
        <Text c="dimmed" ta="center" p="xl">
          {list.search ? t('table.noHit', { search: list.search }) : t('leads.none')}
        </Text>
      )}
      {!isEmpty && (
        <LeadTable
          window={window}
          state={state}
          list={list}
          actions={(lead) => <LeadMenu lead={lead} mayEdit={mayEdit} onChoose={setDialog} />}
        />
      )}
      {dialog && (
        <LeadDialogs
          dialog={dialog}
          campaignId={campaignId}
          window={window}
          onClose={() => {
            setDialog(undefined);
          }}
        />
      )}
    </Stack>
  );
}
