import { useMutation } from '@apollo/client/react';
import { useTranslation } from 'react-i18next';
import { EntityDialog } from '../components/entity-dialog';
import { EntityForm, useEntityForm } from '../components/entity-form';
import { sayDone } from '../components/passing-messages';
import { QueueFields } from './queue-fields';
import { CREATE_QUEUE } from './queue-operations';
import { newQueue, queueInput, type QueueValues } from './queue-values';
import { useQueueRules } from './use-queue-rules';

interface CreateQueueDialogProps {
  readonly onCreated: () => void;
  readonly onClose: () => void;
}

export function CreateQueueDialog({ onCreated, onClose }: CreateQueueDialogProps) {
  const { t } = useTranslation();
  const rules = useQueueRules();
  const [create] = useMutation(CREATE_QUEUE);
  const form = useEntityForm<QueueValues>({ initialValues: newQueue, validate: rules });
  return (
    <EntityDialog title={t('queues.addTitle')} onClose={onClose}>
      <EntityForm
        form={form}
        submitLabel={t('actions.create')}
        onCancel={onClose}
        onSubmit={async (values) => {
          await create({ variables: { input: queueInput(values) } });
          onCreated();
          onClose();
          sayDone(t('queues.created', { name: values.name }));
        }}
      >
        <QueueFields form={form} />
      </EntityForm>
    </EntityDialog>
  );
}
