import { Button, Group, MultiSelect, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AmdVerdict } from '../../api/generated/graphql';
import { longList } from '../../components/long-list';
import { leadStatuses } from '../live/lead-statuses';
import { callReasons, useCallReasonText } from './call-reasons';
import type { CallFilter } from './use-call-filter';

const HOUR_MS = 3_600_000;
const verdicts: readonly AmdVerdict[] = ['HUMAN', 'MACHINE'];
const NOTHING = { from: '', to: '', results: [], reason: '', verdict: '' } as const;

export function CallFilterFields({ conditions, change }: Pick<CallFilter, 'conditions' | 'change'>) {
  const { t } = useTranslation();
  const reasonText = useCallReasonText();
  const isEmpty = Object.values(conditions).every((value: string | readonly string[]) => value.length === 0);
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }} spacing="sm">
        <TextInput
          type="datetime-local"
          label={t('calls.from')}
          value={conditions.from}
          onChange={({ currentTarget }) => {
            change({ from: currentTarget.value });
          }}
        />
        <TextInput
          type="datetime-local"
          label={t('calls.to')}
          value={conditions.to}
          onChange={({ currentTarget }) => {
            change({ to: currentTarget.value });
          }}
        />
        <MultiSelect
          label={t('calls.result')}
          data={leadStatuses
            .filter(({ status }) => status !== 'NOT_CALLED')
            .map(({ status }) => ({ value: status, label: t(`leadStatuses.${status}`) }))}
          value={[...conditions.results]}
          onChange={(results) => {
            change({ results });
          }}
          clearable
          clearButtonProps={{ 'aria-label': t('calls.clear') }}
        />
        <Select
          label={t('calls.reason')}
          data={callReasons.map((reason) => ({ value: reason, label: reasonText(reason) }))}
          value={conditions.reason || null}
          onChange={(reason) => {
            change({ reason: reason ?? '' });
          }}
          searchable
          {...longList}
          clearable
          clearButtonProps={{ 'aria-label': t('calls.clear') }}
        />
        <Select
          label={t('calls.verdict')}
          data={verdicts.map((verdict) => ({ value: verdict, label: t(`amdVerdicts.${verdict}`) }))}
          value={conditions.verdict || null}
          onChange={(verdict) => {
            change({ verdict: verdict ?? '' });
          }}
          clearable
          clearButtonProps={{ 'aria-label': t('calls.clear') }}
        />
      </SimpleGrid>
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            change({ from: localTime(new Date(Date.now() - HOUR_MS)), to: '' });
          }}
        >
          {t('calls.lastHour')}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            change({ from: `${localTime(new Date()).slice(0, 10)}T00:00`, to: '' });
          }}
        >
          {t('calls.today')}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={isEmpty}
          onClick={() => {
            change(NOTHING);
          }}
        >
          {t('calls.noConditions')}
        </Button>
      </Group>
    </>
  );
}

/** As a field of the type `datetime-local` has it. */
function localTime(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
