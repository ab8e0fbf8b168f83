import { NumberInput, Select, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { AgentSourceKind, CampaignType, TransferMode } from '../api/generated/graphql';
import { AgentSourceFields } from './agent-source-fields';
import type { QueueValues } from './queue-values';

const types: readonly CampaignType[] = ['IVR', 'OSCC'];
const modes: readonly TransferMode[] = ['REFER', 'REINVITE'];

interface QueueFieldsProps {
  readonly form: UseFormReturnType<QueueValues>;
  readonly storedKind?: AgentSourceKind | undefined;
}

export function QueueFields({ form, storedKind }: QueueFieldsProps) {
  const { t } = useTranslation();
  const { transferMode } = form.getValues();
  return (
    <>
      <TextInput label={t('queues.name')} data-autofocus required {...form.getInputProps('name')} />
      <Select
        label={t('queues.type')}
        data={types.map((type) => ({ value: type, label: t(`queueTypes.${type}`) }))}
        allowDeselect={false}
        required
        {...form.getInputProps('type')}
      />
      <Select
        label={t('queues.transferMode')}
        description={t(`transferHints.${transferMode}`)}
        data={modes.map((mode) => ({ value: mode, label: t(`transferModes.${mode}`) }))}
        allowDeselect={false}
        required
        {...form.getInputProps('transferMode')}
      />
      <NumberInput
        label={t('queues.timeout')}
        description={t('queues.timeoutHint')}
        allowDecimal={false}
        required
        {...form.getInputProps('transferTimeoutSeconds')}
      />
      <AgentSourceFields form={form} storedKind={storedKind} />
    </>
  );
}
