import { Checkbox, Group, Select, SimpleGrid, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { longList } from '../../components/long-list';
import { useFormat } from '../../i18n/use-format';
import { type NewCampaignValues, weekdays } from './campaign-values';

/** The days and hours of a new campaign; later they change through its schedules. */
export function CalendarFields({ form }: { readonly form: UseFormReturnType<NewCampaignValues> }) {
  const { t } = useTranslation();
  const { weekday } = useFormat();
  return (
    <>
      <SimpleGrid cols={2} spacing="md">
        <TextInput type="date" label={t('campaignFields.firstDay')} required {...form.getInputProps('firstDay')} />
        <TextInput type="date" label={t('campaignFields.lastDay')} required {...form.getInputProps('lastDay')} />
        <TextInput type="time" label={t('campaignFields.startTime')} required {...form.getInputProps('startTime')} />
        <TextInput type="time" label={t('campaignFields.endTime')} required {...form.getInputProps('endTime')} />
      </SimpleGrid>
      <Checkbox.Group label={t('campaignFields.weekdays')} required {...form.getInputProps('weekdays')}>
        <Group gap="md" mt={4}>
          {weekdays.map((day, index) => (
            <Checkbox key={day} value={day} label={weekday(index)} />
          ))}
        </Group>
      </Checkbox.Group>
      <Select
        label={t('campaignFields.timeZone')}
        description={t('campaignHints.timeZone')}
        placeholder={t('campaignHints.ownTimeZone')}
        data={timeZones}
        searchable
        {...longList}
        clearable
        clearButtonProps={{ 'aria-label': t('campaignHints.ownTimeZone') }}
        {...form.getInputProps('timeZone')}
      />
    </>
  );
}

/** Chromium has no `UTC` among them, though it knows it. */
const timeZones = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];
