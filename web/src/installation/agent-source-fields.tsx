import { useQuery } from '@apollo/client/react';
import { Fieldset, NumberInput, PasswordInput, Select, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { AgentSourceKind } from '../api/generated/graphql';
import { QueryFailure } from '../components/query-failure';
import { type SourceField, sourceKinds, sourceValues } from './agent-source-kinds';
import { REPORTER_CHOICES } from './queue-operations';
import type { QueueValues } from './queue-values';
import { TRUNK_CHOICES } from './trunk-operations';

const kinds = Object.keys(sourceKinds) as AgentSourceKind[];

interface AgentSourceFieldsProps {
  readonly form: UseFormReturnType<QueueValues>;
  /** The kind whose secret is stored, which the API never tells. */
  readonly storedKind: AgentSourceKind | undefined;
}

/** The kind of the source and its settings, as the table of kinds has them. */
export function AgentSourceFields({ form, storedKind }: AgentSourceFieldsProps) {
  const { t } = useTranslation();
  const { kind } = form.getValues();
  const { input, fields } = sourceKinds[kind];
  return (
    <Fieldset legend={t('queues.source')}>
      <Stack gap="sm">
        <Select
          label={t('queues.kind')}
          description={t(`sourceHints.${kind}`)}
          data={kinds.map((value) => ({ value, label: t(`sourceKinds.${value}`) }))}
          allowDeselect={false}
          required
          {...form.getInputProps('kind')}
          error={form.errors['kind'] ?? form.errors[`agentSource.${input}`]}
          onChange={(value) => {
            const next = value as AgentSourceKind;
            form.setValues({ kind: next, agentSource: { [sourceKinds[next].input]: sourceValues(next) } });
            form.clearErrors();
          }}
        />
        {fields.map((field) => (
          <SourceInput
            key={`${kind} ${field.name}`}
            form={form}
            field={field}
            path={`agentSource.${input}.${field.name}`}
            keepsSecret={storedKind === kind}
          />
        ))}
      </Stack>
    </Fieldset>
  );
}

interface SourceInputProps {
  readonly form: UseFormReturnType<QueueValues>;
  readonly field: SourceField;
  readonly path: string;
  readonly keepsSecret: boolean;
}

function SourceInput({ form, field, path, keepsSecret }: SourceInputProps) {
  const { t } = useTranslation();
  const { name, type, isOptional } = field;
  const common = {
    label: t(`sourceFields.${name}`),
    required: isOptional !== true,
    ...form.getInputProps(path, type === 'switch' ? { type: 'checkbox' } : {}),
  };
  switch (type) {
    case 'text':
      return <TextInput autoComplete="off" {...common} />;
    case 'number':
      return <NumberInput allowDecimal={false} {...common} />;
    case 'secret':
      return (
        <PasswordInput
          autoComplete="new-password"
          {...common}
          required={!keepsSecret}
          description={keepsSecret ? t('queues.secretKept') : t('installation.secretHint')}
        />
      );
    case 'switch':
      return <Switch {...common} required={false} />;
    case 'lines':
      return <Textarea description={t('queues.linesHint')} autosize minRows={3} maxRows={12} {...common} />;
    case 'trunk':
      return <TrunkSelect {...common} />;
    case 'reporter':
      return <ReporterSelect {...common} />;
  }
}

type ChoiceProps = { readonly label: string; readonly required: boolean } & Record<string, unknown>;

function TrunkSelect(props: ChoiceProps) {
  const choices = useQuery(TRUNK_CHOICES);
  return (
    <>
      <QueryFailure query={choices} />
      <Select
        data={(choices.data?.trunks.nodes ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        allowDeselect={false}
        searchable
        {...props}
      />
    </>
  );
}

function ReporterSelect(props: ChoiceProps) {
  const { t } = useTranslation();
  const choices = useQuery(REPORTER_CHOICES);
  const users = [...(choices.data?.masters.nodes ?? []), ...(choices.data?.administrators.nodes ?? [])];
  return (
    <>
      <QueryFailure query={choices} />
      <Select
        data={users.map(({ id, username }) => ({ value: id, label: username }))}
        description={t('queues.reporterHint')}
        allowDeselect={false}
        searchable
        {...props}
      />
    </>
  );
}
