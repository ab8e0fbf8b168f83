import { useApolloClient, useMutation } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TrunkRowFragment } from '../api/generated/graphql';
import { EntityDialog } from '../components/entity-dialog';
import { EntityForm, useEntityForm } from '../components/entity-form';
import { useFieldRules } from '../components/field-rules';
import { sayDone } from '../components/passing-messages';
import { TrunkFields } from './trunk-fields';
import { TRUNK_CHOICES, UPDATE_TRUNK } from './trunk-operations';
import { trunkInput, trunkValues, type TrunkValues } from './trunk-values';

interface EditTrunkDialogProps {
  readonly trunk: TrunkRowFragment;
  readonly onClose: () => void;
}

export function EditTrunkDialog({ trunk, onClose }: EditTrunkDialogProps) {
  const { t } = useTranslation();
  const rules = useFieldRules();
  const client = useApolloClient();
  const [update] = useMutation(UPDATE_TRUNK);
  // The version of what is in the form: the row behind the dialog is read again all the time.
  const [version, setVersion] = useState(trunk.version);
  const form = useEntityForm<TrunkValues>({
    initialValues: trunkValues(trunk),
    validate: { name: rules.notBlank, servers: { host: rules.notBlank } },
  });
  return (
    <EntityDialog title={t('trunks.editTitle', { name: trunk.name })} onClose={onClose}>
      <EntityForm
        form={form}
        submitLabel={t('actions.save')}
        onCancel={onClose}
        onSubmit={async (values) => {
          await update({ variables: { input: { id: trunk.id, version, ...trunkInput(values) } } });
          onClose();
          sayDone(t('trunks.saved', { name: values.name }));
        }}
        onReload={async () => {
          const { data } = await client.query({ query: TRUNK_CHOICES, fetchPolicy: 'network-only' });
          const present = data?.trunks.nodes.find(({ id }) => id === trunk.id);
          if (!present) return;
          form.setValues(trunkValues(present));
          setVersion(present.version);
        }}
      >
        <TrunkFields form={form} keepsPassword={trunk.username != null} />
      </EntityForm>
    </EntityDialog>
  );
}
