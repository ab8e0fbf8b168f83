import { Box, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AgentState, QueuesWithAgentsQuery } from '../api/generated/graphql';
import { StateBadge } from '../components/state-badge';
import { useFormat } from '../i18n/use-format';

const tones = {
  AVAILABLE: 'good',
  RESERVED: 'waiting',
  RINGING: 'waiting',
  TALKING: 'waiting',
  HELD: 'waiting',
  WRAPUP: 'waiting',
  UNAVAILABLE: 'off',
  LOGGED_OUT: 'off',
  UNKNOWN: 'bad',
} as const satisfies Record<AgentState, string>;

interface AgentTableProps {
  readonly agents: QueuesWithAgentsQuery['queues']['nodes'][number]['agents'];
}

export function AgentTable({ agents }: AgentTableProps) {
  const { t } = useTranslation();
  const { dateTime, time } = useFormat();
  return (
    <Box bg="var(--mantine-color-body)">
      <Table.ScrollContainer minWidth={320} type="native">
        <Table verticalSpacing="xs" withTableBorder aria-label={t('queues.agents')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('agents.name')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('agents.extension')}</Table.Th>
              <Table.Th>{t('installation.state')}</Table.Th>
              <Table.Th>{t('agents.since')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('agents.reason')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {agents.map(({ agentId, displayName, extension, state, since, reason, readyAt }) => (
              <Table.Tr key={agentId}>
                <Table.Td>
                  <b>{displayName ?? agentId}</b>
                </Table.Td>
                <Table.Td visibleFrom="sm">{extension ?? '–'}</Table.Td>
                <Table.Td>
                  <StateBadge tone={tones[state]}>{t(`agentStates.${state}`)}</StateBadge>
                </Table.Td>
                <Table.Td>{dateTime(since)}</Table.Td>
                <Table.Td visibleFrom="sm">
                  {[reason, readyAt && t('agents.readyAt', { time: time(new Date(readyAt)) })]
                    .filter(Boolean)
                    .join(' · ')}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Box>
  );
}
