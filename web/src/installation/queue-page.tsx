import { useQuery } from '@apollo/client/react';
import { Anchor, Group, Paper, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import type { QueuesWithAgentsQuery } from '../api/generated/graphql';
import { usePolled } from '../api/use-polled';
import { NotFound } from '../app/other-pages';
import { Page } from '../components/page';
import { QueryFailure } from '../components/query-failure';
import { useFormat } from '../i18n/use-format';
import { AgentTable } from './agent-table';
import { Figure } from './figure';
import { PolledFrame } from './polled-frame';
import { QueueActions } from './queue-actions';
import { QUEUE_NAMES, QUEUES_WITH_AGENTS } from './queue-operations';
import { SourceHealth } from './source-health';

const REFRESH_MS = 2000;
const LIST = '/installation/queues';

/** One queue with its agents. */
export function Component() {
  const { t } = useTranslation();
  const { queueId } = useParams();
  const names = useQuery(QUEUE_NAMES);
  const named = names.data?.queues.nodes.find(({ id }) => id === queueId);
  if (named) return <Queue id={named.id} name={named.name} />;
  if (names.error) return <QueryFailure query={names} />;
  return names.data ? <NotFound /> : <Text role="status">{t('states.loading')}</Text>;
}

function Queue({ id, name }: { readonly id: string; readonly name: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const polled = usePolled(QUEUES_WITH_AGENTS, { name }, REFRESH_MS);
  const queue = polled.data?.queues.nodes.find((one) => one.id === id);
  return (
    <Page title={name} actions={queue && <QueueActions queue={queue} onDeleted={() => void navigate(LIST)} />}>
      <Anchor component={Link} to={LIST}>
        {t('queues.toList')}
      </Anchor>
      <PolledFrame polled={polled}>{queue && <QueueDetails queue={queue} />}</PolledFrame>
    </Page>
  );
}

type QueueWithAgents = QueuesWithAgentsQuery['queues']['nodes'][number];

function QueueDetails({ queue }: { readonly queue: QueueWithAgents }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { availability, health, agents, agentSource, type } = queue;
  const { free, dialable, reserved, busy, wrapUp, ringing, unavailable, unknown, loggedIn, exact } = availability;
  const figures = { free, dialable, reserved, ringing, busy, wrapUp, unavailable, unknown, loggedIn };
  return (
    <>
      <Paper component="section" withBorder p="lg" radius="md" aria-label={t('queues.figures')}>
        <Group justify="space-between" align="flex-start">
          <SourceHealth health={health} />
          <Text size="sm" c="dimmed">
            {agentSource && `${t(`sourceKinds.${agentSource.kind}`)} · ${t(`queueTypes.${type}`)}`}
          </Text>
        </Group>
        <Group gap="xl" mt="md">
          {(Object.keys(figures) as (keyof typeof figures)[]).map((figure) => (
            <Figure key={figure} label={t(`queueFigures.${figure}`)} value={number(figures[figure])} />
          ))}
        </Group>
        {!exact && (
          <Text size="sm" mt="sm">
            {t('queues.inexact')}
          </Text>
        )}
      </Paper>
      <Title order={2} mt="lg" mb="sm">
        {t('queues.agents')}
      </Title>
      {agents.length > 0 ? <AgentTable agents={agents} /> : <Text c="dimmed">{t('queues.noAgents')}</Text>}
    </>
  );
}
