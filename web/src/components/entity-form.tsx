import { Alert, Button, Group, Stack } from '@mantine/core';
import { useForm, type UseFormInput, type UseFormReturnType } from '@mantine/form';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Failure, failureOf, isStaleEdit } from '../api/failure';
import { type FailureText, useFailureText } from '../api/use-failure-text';
import { FailureAlert } from './failure-alert';

/** Values are named as the fields of the mutation's input, so that the server's problems find their fields. */
export function useEntityForm<Values extends Record<string, unknown>>(
  options: UseFormInput<Values>,
): UseFormReturnType<Values> {
  return useForm<Values>({ validateInputOnBlur: false, ...options });
}

interface EntityFormProps<Values extends Record<string, unknown>> {
  readonly form: UseFormReturnType<Values>;
  readonly submitLabel: string;
  /** Runs the mutation; what it throws is shown, at the fields where the server names them. */
  readonly onSubmit: (values: Values) => Promise<void>;
  /** For edits: reads the object again and fills the form with it, after somebody else has edited it. */
  readonly onReload?: () => Promise<void>;
  readonly onCancel?: () => void;
  readonly children: ReactNode;
}

/** The body of every form: fields, what went wrong, and the buttons. */
export function EntityForm<Values extends Record<string, unknown>>(props: EntityFormProps<Values>) {
  const { form, submitLabel, onSubmit, onReload, onCancel, children } = props;
  const { t } = useTranslation();
  const failureText = useFailureText();
  const [failure, setFailure] = useState<Failure>();

  const submit = form.onSubmit(async (values) => {
    setFailure(undefined);
    try {
      await onSubmit(values);
    } catch (error) {
      const problem = failureOf(error);
      if (!showAtFields(form, problem, failureText)) setFailure(problem);
    }
  });
  const reload = async (): Promise<void> => {
    try {
      await onReload?.();
      setFailure(undefined);
    } catch (error) {
      setFailure(failureOf(error));
    }
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {failure && onReload && isStaleEdit(failure) ? (
          <Alert color="orange" role="alert" title={t('conflict.title')}>
            <Stack gap="sm" align="flex-start">
              {t('conflict.text')}
              <Button size="xs" variant="default" onClick={() => void reload()}>
                {t('conflict.reload')}
              </Button>
            </Stack>
          </Alert>
        ) : (
          failure && <FailureAlert failure={failure} />
        )}
        {children}
        <Group justify="flex-end" mt="xs">
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              {t('actions.cancel')}
            </Button>
          )}
          <Button type="submit" loading={form.submitting}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** True if every problem has found its field; the first of them gets the focus. */
function showAtFields<Values extends Record<string, unknown>>(
  form: UseFormReturnType<Values>,
  { fields }: Failure,
  failureText: FailureText,
): boolean {
  const values = form.getValues();
  const known = fields.map((problem) => ({
    name: fieldOf(problem.path, values),
    message: failureText.ofField(problem),
  }));
  if (known.length === 0 || known.some(({ name }) => name === '')) return false;
  form.setErrors(Object.fromEntries(known.map(({ name, message }) => [name, message])));
  form.getInputNode(known[0]?.name ?? '')?.focus();
  return true;
}

/**
 * The path of the form's value that a path of the input is about, empty if there is none: `input.groupIds[1]` is about the
 * field `groupIds`, and `input.servers[0].host` about `servers.0.host`, where each server has fields of its own.
 */
function fieldOf(path: string, values: Record<string, unknown>): string {
  const found: string[] = [];
  let value: unknown = values;
  for (const step of path.replace(/^input\./, '').split(/[.[\]]+/)) {
    if (typeof value !== 'object' || value === null || !(step in value)) break;
    const inner = (value as Record<string, unknown>)[step];
    if (Array.isArray(value) && typeof inner !== 'object') break;
    found.push(step);
    value = inner;
  }
  return found.join('.');
}
