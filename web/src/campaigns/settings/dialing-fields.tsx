import { useQuery } from '@apollo/client/react';
import { Checkbox, MultiSelect, NumberInput, Select, SimpleGrid, Switch } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { AmdSensitivity } from '../../api/generated/graphql';
import { QueryFailure } from '../../components/query-failure';
import { type CampaignValues, retriedStatuses } from './campaign-values';
import { DNC_SERVICE_CHOICES } from './settings-operations';

const sensitivities: readonly AmdSensitivity[] = ['LOW', 'MEDIUM', 'HIGH'];

/** How people are called, and how often. */
export function DialingFields<Values extends CampaignValues>({ form }: { readonly form: UseFormReturnType<Values> }) {
  const { t } = useTranslation();
  const choices = useQuery(DNC_SERVICE_CHOICES);
  const { amdEnabled, amdSensitivity } = form.getValues();
  return (
    <>
      <QueryFailure query={choices} />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        <NumberInput
          label={t('campaignFields.maxAttempts')}
          description={t('campaignHints.maxAttempts')}
          allowDecimal={false}
          required
          {...form.getInputProps('maxAttempts')}
        />
        <NumberInput
          label={t('campaignFields.retryMinutes')}
          description={t('campaignHints.retryMinutes')}
          allowDecimal={false}
          required
          {...form.getInputProps('retryMinutes')}
        />
        <NumberInput
          label={t('campaignFields.ringTimeout')}
          description={t('campaignHints.ringTimeout')}
          allowDecimal={false}
          required
          {...form.getInputProps('ringTimeoutSeconds')}
        />
        <NumberInput
          label={t('campaignFields.maxParallelCalls')}
          description={t('campaignHints.maxParallelCalls')}
          allowDecimal={false}
          {...form.getInputProps('maxParallelCalls')}
        />
        <NumberInput
          label={t('campaignFields.maxCallsPerSecond')}
          description={t('campaignHints.maxCallsPerSecond')}
          {...form.getInputProps('maxCallsPerSecond')}
        />
      </SimpleGrid>
      <MultiSelect
        label={t('campaignFields.retryStatuses')}
        description={t('campaignHints.retryStatuses')}
        data={retriedStatuses.map((status) => ({ value: status, label: t(`leadStatuses.${status}`) }))}
        {...form.getInputProps('retryStatuses')}
      />
      <Checkbox
        label={t('campaignFields.retryUnreachable')}
        {...form.getInputProps('retryUnreachable', { type: 'checkbox' })}
      />
      <Select
        label={t('campaignFields.dncService')}
        description={t('campaignHints.dncService')}
        placeholder={t('campaignHints.noDncService')}
        data={(choices.data?.dncServices.nodes ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        clearable
        clearButtonProps={{ 'aria-label': t('campaignHints.clearDncService') }}
        {...form.getInputProps('dncServiceId')}
      />
      <Switch
        label={t('campaignFields.amd')}
        description={t('campaignHints.amd')}
        {...form.getInputProps('amdEnabled', { type: 'checkbox' })}
      />
      {amdEnabled && (
        <Select
          label={t('campaignFields.amdSensitivity')}
          description={t(`amdSensitivityHints.${amdSensitivity}`)}
          data={sensitivities.map((value) => ({ value, label: t(`amdSensitivities.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps('amdSensitivity')}
        />
      )}
    </>
  );
}
