import { Paper, SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CountersFragment } from '../../api/generated/graphql';
import { useFormat } from '../../i18n/use-format';
import { abandonedRate } from '../live/shares';

/** The figures that are looked at most often. */
export function KeyFigures({ counters }: { readonly counters: CountersFragment }) {
  const { t } = useTranslation();
  const { number, percent } = useFormat();
  const rate = abandonedRate(counters);
  return (
    <SimpleGrid component="dl" cols={{ base: 2, sm: 4 }} spacing="sm" m={0}>
      <Figure label={t('live.inFlight')} value={number(counters.inFlight.total)} />
      <Figure label={t('live.callsPerMinute')} value={number(counters.callsPerMinute)} />
      <Figure label={t('live.freeAgents')} value={number(counters.freeAgents)} />
      <Figure label={t('live.transferred')} value={number(counters.transferred)} />
      <Figure
        label={t('live.abandonedRate')}
        value={rate === undefined ? '–' : percent(rate)}
        note={t('live.abandonedCount', { count: counters.abandoned })}
      />
      <Figure label={t('live.machines')} value={number(counters.machines)} />
      <Figure label={t('live.customerHungUp')} value={number(counters.customerHungUp)} />
      <Figure label={t('live.leads')} value={number(counters.leads.total)} />
    </SimpleGrid>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}

function Figure({ label, value, note }: FigureProps) {
  return (
    <Paper withBorder p="sm" radius="md">
      <Text component="dt" size="sm">
        {label}
      </Text>
      <Text component="dd" m={0} fz={28} fw={620} lh={1.2}>
        {value}
      </Text>
      {note && (
        <Text component="dd" m={0} size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </Paper>
  );
}
