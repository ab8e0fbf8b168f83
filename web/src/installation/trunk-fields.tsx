import { Group, Input, NumberInput, PasswordInput, Radio, Select, Stack, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { SipTransport } from '../api/generated/graphql';
import { ServerFields } from './server-fields';
import type { TrunkValues } from './trunk-values';

const transports: readonly SipTransport[] = ['UDP', 'TCP', 'TLS'];

interface TrunkFieldsProps {
  readonly form: UseFormReturnType<TrunkValues>;
  /** A password is stored, which the API never tells. */
  readonly keepsPassword: boolean;
}

export function TrunkFields({ form, keepsPassword }: TrunkFieldsProps) {
  const { t } = useTranslation();
  const { lines } = form.getValues();
  return (
    <>
      <TextInput label={t('trunks.name')} data-autofocus required {...form.getInputProps('name')} />
      <ServerFields form={form} />
      <Select
        label={t('trunks.transport')}
        data={transports}
        allowDeselect={false}
        required
        {...form.getInputProps('transport')}
      />
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <TextInput
          style={{ flex: 1 }}
          label={t('trunks.proxy')}
          description={t('trunks.proxyHint')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          {...form.getInputProps('outboundProxy.host')}
        />
        <NumberInput
          w={104}
          label={t('trunks.port')}
          aria-label={t('trunks.portOfProxy')}
          placeholder={t('trunks.usual')}
          hideControls
          allowDecimal={false}
          {...form.getInputProps('outboundProxy.sipPort')}
        />
      </Group>
      <Radio.Group label={t('trunks.lines')} {...form.getInputProps('lines')}>
        <Stack gap="xs" mt="xs">
          <Radio value="PORTS" label={t('trunks.withPorts')} />
          <Radio value="CHANNELS" label={t('trunks.withChannels')} />
        </Stack>
      </Radio.Group>
      {lines === 'CHANNELS' ? (
        <NumberInput
          label={t('trunks.channels')}
          min={1}
          clampBehavior="none"
          allowDecimal={false}
          required
          {...form.getInputProps('channels')}
        />
      ) : (
        form.errors['channels'] && <Input.Error>{form.errors['channels']}</Input.Error>
      )}
      <NumberInput
        label={t('trunks.cap')}
        description={t('trunks.capHint')}
        {...form.getInputProps('maxCallsPerSecond')}
      />
      <NumberInput
        label={t('trunks.parallelCap')}
        description={t('trunks.parallelCapHint')}
        min={1}
        clampBehavior="none"
        allowDecimal={false}
        {...form.getInputProps('maxParallelCalls')}
      />
      <TextInput
        label={t('trunks.username')}
        description={t('trunks.usernameHint')}
        autoComplete="off"
        {...form.getInputProps('username')}
      />
      <PasswordInput
        label={t('trunks.password')}
        description={keepsPassword ? t('installation.secretKept') : t('installation.secretHint')}
        autoComplete="new-password"
        {...form.getInputProps('password')}
      />
    </>
  );
}
