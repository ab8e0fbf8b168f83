import { useQuery } from '@apollo/client/react';
import { Anchor, Group, Loader, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useParams } from 'react-router';
import { failureOf } from '../../api/failure';
import type { CampaignDetailsFragment } from '../../api/generated/graphql';
import { useLive } from '../../api/use-live';
import { FailureAlert } from '../../components/failure-alert';
import { LiveValue } from '../../components/live-value';
import { Page } from '../../components/page';
import { PageTabs } from '../../components/page-tabs';
import { useMe } from '../../session/session';
import { CAMPAIGN, CAMPAIGN_CHANGED } from '../campaign-operations';
import { CampaignState } from '../campaign-state';
import { CampaignCounters } from '../live/campaign-counters';
import { StartControl } from './start-control';
import { StopControl } from './stop-control';

/** What is around each page of a campaign: its name and state, start and stop, and the tabs. */
export function Component() {
  const { id = '' } = useParams();
  return <Frame key={id} id={id} />;
}

function Frame({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { data, previousData, error, refetch } = useQuery(CAMPAIGN, { variables: { id } });
  // What it brings goes into the cache, from which the query has it.
  const live = useLive(CAMPAIGN_CHANGED, { campaignId: id });
  // It is deleted, or in another group: the query then says so too.
  const isGone = live.failure?.code === 'NOT_FOUND';
  useEffect(() => {
    if (isGone) refetch().catch(() => undefined);
  }, [isGone, refetch]);

  const campaign = (data ?? previousData)?.campaign;
  const failure = error && failureOf(error);
  if (failure && (!campaign || failure.code === 'NOT_FOUND')) {
    return (
      <Page title={t('campaign.notShown')}>
        <FailureAlert failure={failure} onRetry={() => void refetch()} />
        <Anchor component={Link} to="/campaigns">
          {t('campaign.toList')}
        </Anchor>
      </Page>
    );
  }
  if (!campaign) return <Loader role="status" aria-label={t('states.loading')} />;
  return (
    <CampaignCounters campaignId={id}>
      <Page title={campaign.name} actions={<Controls campaign={campaign} />}>
        <Group gap="md">
          <LiveValue live={live}>{({ campaignChanged: { state } }) => <CampaignState state={state} />}</LiveValue>
          <Text size="sm" c="dimmed">
            {campaign.group.enabled
              ? t('campaign.ofGroup', { group: campaign.group.name })
              : t('campaign.ofDisabledGroup', { group: campaign.group.name })}
          </Text>
          <Text size="sm" c="dimmed">
            {campaign.description}
          </Text>
        </Group>
        <Tabs id={id} />
        <Outlet context={campaign} />
      </Page>
    </CampaignCounters>
  );
}

function Controls({ campaign }: { readonly campaign: CampaignDetailsFragment }) {
  if (useMe().role !== 'CAMPAIGN_ADMINISTRATOR') return null;
  return campaign.state === 'STOPPED' ? <StartControl campaign={campaign} /> : <StopControl campaign={campaign} />;
}

/** The leads and the call log are not for supervisors. */
const pages = ['settings', 'schedules', 'leads', 'calls'] as const;
const readerPages = ['settings', 'schedules'] as const;

function Tabs({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const shown = useMe().role === 'CAMPAIGN_ADMINISTRATOR' ? pages : readerPages;
  return (
    <PageTabs
      label={t('campaign.pages')}
      tabs={[
        { path: `/campaigns/${id}`, label: t('campaign.page.summary'), isFirst: true },
        ...shown.map((page) => ({ path: `/campaigns/${id}/${page}`, label: t(`campaign.page.${page}`) })),
      ]}
    />
  );
}
