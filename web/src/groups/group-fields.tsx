import { Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';

export interface GroupValues extends Record<string, unknown> {
  readonly name: string;
  readonly description: string;
}

export function GroupFields({ form }: { readonly form: UseFormReturnType<GroupValues> }) {
  const { t } = useTranslation();
  return (
    <>
      <TextInput label={t('groups.name')} data-autofocus required {...form.getInputProps('name')} />
      <Textarea label={t('groups.description')} autosize minRows={2} {...form.getInputProps('description')} />
    </>
  );
}
