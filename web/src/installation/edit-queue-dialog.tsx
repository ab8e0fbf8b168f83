import { useApolloClient, useMutation } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { QueueRowFragment } from '../api/generated/graphql';
import { EntityDialog } from '../components/entity-dialog';
import { EntityForm, useEntityForm } from '../components/entity-form';
import { sayDone } from '../components/passing-messages';
import { QueueFields } from './queue-fields';
import { ALL_QUEUES, UPDATE_QUEUE } from './queue-operations';
import { queueInput, queueValues, type QueueValues } from './queue-values';
import { useQueueRules } from './use-queue-rules';

interface EditQueueDialogProps {
  readonly queue: QueueRowFragment;
  readonly onClose: () => void;
}

export function EditQueueDialog({ queue, onClose }: EditQueueDialogProps) {
  const { t } = useTranslation();
  const client = useApolloClient();
  const [update] = useMutation(UPDATE_QUEUE);
  // What the form began with: the row behind the dialog is read again all the time.
  const [{ version, agentSource }, setStored] = useState(queue);
  const rules = useQueueRules(agentSource?.kind);
  const form = useEntityForm<QueueValues>({ initialValues: queueValues(queue), validate: rules });
  return (
    <EntityDialog title={t('queues.editTitle', { name: queue.name })} onClose={onClose}>
      <EntityForm
        form={form}
        submitLabel={t('actions.save')}
        onCancel={onClose}
        onSubmit={async (values) => {
          await update({ variables: { input: { id: queue.id, version, ...queueInput(values) } } });
          onClose();
          sayDone(t('queues.saved', { name: values.name }));
        }}
        onReload={async () => {
          const { data } = await client.query({
            query: ALL_QUEUES,
            fetchPolicy: 'network-only',
          });
          const present = data?.queues.nodes.find(({ id }) => id === queue.id);
          if (!present) return;
          form.setValues(queueValues(present));
          setStored(present);
        }}
      >
        <QueueFields form={form} storedKind={agentSource?.kind} />
      </EntityForm>
    </EntityDialog>
  );
}
