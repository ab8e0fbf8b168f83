import { FileButton, Button, Group, NumberInput, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconCertificate } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ServiceValues } from './service-values';

export function ServiceFields({ form }: { readonly form: UseFormReturnType<ServiceValues> }) {
  const { t } = useTranslation();
  const take = async (file: File | null): Promise<void> => {
    if (file) form.setFieldValue('caCertificate', await file.text());
  };
  return (
    <>
      <TextInput label={t('doNotCall.name')} data-autofocus required {...form.getInputProps('name')} />
      <TextInput
        label={t('doNotCall.url')}
        description={t('doNotCall.urlHint')}
        type="url"
        required
        {...form.getInputProps('url')}
      />
      <NumberInput
        label={t('doNotCall.timeoutMs')}
        description={t('doNotCall.timeoutHint')}
        allowDecimal={false}
        required
        {...form.getInputProps('timeoutMs')}
      />
      <Textarea
        label={t('doNotCall.caCertificate')}
        description={t('doNotCall.caCertificateHint')}
        autosize
        minRows={2}
        maxRows={6}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        {...form.getInputProps('caCertificate')}
      />
      <Group>
        <FileButton accept=".pem,.crt,.cer" onChange={(file) => void take(file)}>
          {(button) => (
            <Button {...button} size="xs" variant="default" leftSection={<IconCertificate size={14} aria-hidden />}>
              {t('doNotCall.chooseFile')}
            </Button>
          )}
        </FileButton>
      </Group>
    </>
  );
}
