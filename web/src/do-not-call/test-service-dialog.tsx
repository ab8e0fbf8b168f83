import { useMutation } from '@apollo/client/react';
import { Alert, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DncServiceRowFragment, TestDncServiceMutation } from '../api/generated/graphql';
import { EntityDialog } from '../components/entity-dialog';
import { EntityForm, useEntityForm } from '../components/entity-form';
import { useFieldRules } from '../components/field-rules';
import { TEST_DNC_SERVICE } from './do-not-call-operations';

type Answer = NonNullable<TestDncServiceMutation['testDncService']>;

const colors = { MAY_CALL: 'pine', DO_NOT_CALL: 'orange', OUT_OF_SERVICE: 'red' } as const;

interface TestServiceDialogProps {
  readonly service: DncServiceRowFragment;
  readonly onClose: () => void;
}

/** Asks a service about one number, as is done before a call. */
export function TestServiceDialog({ service: { id, name }, onClose }: TestServiceDialogProps) {
  const { t } = useTranslation();
  const rules = useFieldRules();
  const [test] = useMutation(TEST_DNC_SERVICE);
  const [answer, setAnswer] = useState<Answer>();
  const form = useEntityForm({ initialValues: { phoneNumber: '' }, validate: { phoneNumber: rules.phoneNumber } });
  return (
    <EntityDialog title={t('doNotCall.testTitle', { name })} onClose={onClose}>
      <EntityForm
        form={form}
        submitLabel={t('doNotCall.ask')}
        onCancel={onClose}
        onSubmit={async ({ phoneNumber }) => {
          setAnswer(undefined);
          const { data } = await test({ variables: { input: { id, phoneNumber: phoneNumber.trim() } } });
          setAnswer(data?.testDncService ?? undefined);
        }}
      >
        <TextInput
          type="tel"
          label={t('doNotCall.number')}
          description={t('doNotCall.testHint')}
          data-autofocus
          required
          {...form.getInputProps('phoneNumber')}
        />
        {answer && <AnswerText answer={answer} />}
      </EntityForm>
    </EntityDialog>
  );
}

function AnswerText({ answer: { answer, durationMs, message } }: { readonly answer: Answer }) {
  const { t } = useTranslation();
  return (
    <Alert color={colors[answer]} variant="light" role="status" title={t(`dncAnswers.${answer}`)}>
      <Stack gap={2}>
        <Text size="sm">{t('doNotCall.answeredWithin', { count: durationMs })}</Text>
        {message != null && (
          <Text size="sm" lang="en">
            {message}
          </Text>
        )}
      </Stack>
    </Alert>
  );
}
