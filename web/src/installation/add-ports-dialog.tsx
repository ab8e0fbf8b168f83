import { useMutation } from '@apollo/client/react';
import { Select, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { TrunkRowFragment } from '../api/generated/graphql';
import { EntityDialog } from '../components/entity-dialog';
import { EntityForm, useEntityForm } from '../components/entity-form';
import { useFieldRules } from '../components/field-rules';
import { sayDone } from '../components/passing-messages';
import { ADD_PORTS } from './port-operations';

interface AddPortsDialogProps {
  /** Those with registration. */
  readonly trunks: readonly TrunkRowFragment[];
  /** The one that is chosen at first. */
  readonly trunkId: string;
  readonly onAdded: () => void;
  readonly onClose: () => void;
}

/** Many at a time, as a PBX exports them: a line a port. */
export function AddPortsDialog({ trunks, trunkId, onAdded, onClose }: AddPortsDialogProps) {
  const { t } = useTranslation();
  const rules = useFieldRules();
  const [add] = useMutation(ADD_PORTS);
  const form = useEntityForm({
    initialValues: { trunkId, ports: '' },
    validate: {
      trunkId: rules.notBlank,
      ports: (text: string) => {
        const wrong = linesOf(text).find(({ line }) => !/^[^,]+,./.test(line));
        return wrong ? t('ports.badLine', { number: wrong.number }) : rules.notBlank(text);
      },
    },
  });
  return (
    <EntityDialog title={t('ports.addTitle')} onClose={onClose}>
      <EntityForm
        form={form}
        submitLabel={t('ports.add')}
        onCancel={onClose}
        onSubmit={async (values) => {
          const ports = linesOf(values.ports).map(({ line }) => {
            const comma = line.indexOf(',');
            return { username: line.slice(0, comma).trim(), password: line.slice(comma + 1).trim() };
          });
          await add({ variables: { input: { trunkId: values.trunkId, ports } } });
          onAdded();
          onClose();
          sayDone(t('ports.added', { count: ports.length }));
        }}
      >
        <Select
          label={t('ports.trunk')}
          data={trunks.map(({ id, name }) => ({ value: id, label: name }))}
          allowDeselect={false}
          required
          {...form.getInputProps('trunkId')}
        />
        <Textarea
          label={t('ports.lines')}
          description={t('ports.linesHint')}
          placeholder={'port-001,secret\nport-002,secret'}
          autosize
          minRows={6}
          maxRows={16}
          spellCheck={false}
          data-autofocus
          required
          {...form.getInputProps('ports')}
        />
      </EntityForm>
    </EntityDialog>
  );
}

interface NumberedLine {
  readonly line: string;
  readonly number: number;
}

function linesOf(text: string): NumberedLine[] {
  return text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '');
}
