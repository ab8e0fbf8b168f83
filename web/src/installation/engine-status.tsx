import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { EngineStatusSubscription } from '../api/generated/graphql';
import { useLive } from '../api/use-live';
import { FailureAlert } from '../components/failure-alert';
import { LiveValue } from '../components/live-value';
import { StateBadge } from '../components/state-badge';
import { useFormat } from '../i18n/use-format';
import { EngineFaults } from './engine-faults';
import { ENGINE_STATUS } from './engine-operations';
import { Figure } from './figure';

/** The dialing engine, live. */
export function EngineStatus() {
  const { t } = useTranslation();
  const live = useLive(ENGINE_STATUS, {});
  return (
    <Paper component="section" withBorder p="lg" radius="md" aria-labelledby="engine-title">
      <Stack>
        <Title order={2} id="engine-title">
          {t('engine.title')}
        </Title>
        {live.failure && <FailureAlert failure={live.failure} />}
        <LiveValue live={live}>{({ engineStatus }) => <Figures status={engineStatus} />}</LiveValue>
      </Stack>
    </Paper>
  );
}

function Figures({ status }: { readonly status: EngineStatusSubscription['engineStatus'] }) {
  const { t } = useTranslation();
  const { number, dateTime } = useFormat();
  const { state, since, idleReason, callsInFlight, maxParallelCalls, callsPerMinute, maxCallsPerSecond } = status;
  const { ports, faults } = status;
  return (
    <Stack>
      <Group gap="sm">
        <StateBadge tone={state === 'RUNNING' ? 'good' : 'waiting'}>{t(`engineStates.${state}`)}</StateBadge>
        <Text size="sm">{t('engine.since', { at: dateTime(since) })}</Text>
      </Group>
      {idleReason && <Text>{t(`idleReasons.${idleReason}`)}</Text>}
      <Group gap="xl">
        <Figure label={t('engine.callsInFlight')} value={number(callsInFlight)} />
        <Figure label={t('engine.callsPerMinute')} value={number(callsPerMinute)} />
        <Figure label={t('engine.portsBusy')} value={number(ports.busy)} />
        <Figure label={t('engine.portsFree')} value={number(ports.free)} />
        <Figure label={t('engine.portsOut')} value={number(ports.outOfService)} />
      </Group>
      <Text size="sm">{t('engine.caps', { calls: maxParallelCalls, rate: maxCallsPerSecond })}</Text>
      <Title order={3} size="h4">
        {t('faults.title')}
      </Title>
      <EngineFaults faults={faults} />
    </Stack>
  );
}
