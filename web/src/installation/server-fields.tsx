import { ActionIcon, Button, Fieldset, Group, NumberInput, Stack, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { noServer, type TrunkValues } from './trunk-values';

/** The servers of a trunk, in the order in which they are tried. */
export function ServerFields({ form }: { readonly form: UseFormReturnType<TrunkValues> }) {
  const { t } = useTranslation();
  const { servers } = form.getValues();
  return (
    <Fieldset legend={t('trunks.servers')}>
      <Stack gap="sm">
        {servers.map((_, index) => (
          <Group key={index} gap="xs" align="flex-start" wrap="nowrap">
            <TextInput
              style={{ flex: 1 }}
              label={t('trunks.server', { number: index + 1 })}
              required
              {...form.getInputProps(`servers.${index}.host`)}
            />
            <NumberInput
              w={104}
              label={t('trunks.port')}
              aria-label={t('trunks.portOf', { number: index + 1 })}
              placeholder={t('trunks.usual')}
              hideControls
              allowDecimal={false}
              {...form.getInputProps(`servers.${index}.sipPort`)}
            />
            <ActionIcon
              mt={30}
              variant="subtle"
              color="gray"
              aria-label={t('trunks.moveUp', { number: index + 1 })}
              disabled={index === 0}
              onClick={() => {
                form.reorderListItem('servers', { from: index, to: index - 1 });
              }}
            >
              <IconArrowUp size={18} aria-hidden />
            </ActionIcon>
            <ActionIcon
              mt={30}
              variant="subtle"
              color="gray"
              aria-label={t('trunks.removeServer', { number: index + 1 })}
              disabled={servers.length === 1}
              onClick={() => {
                form.removeListItem('servers', index);
              }}
            >
              <IconTrash size={18} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="default"
          size="xs"
          style={{ alignSelf: 'flex-start' }}
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => {
            form.insertListItem('servers', noServer);
          }}
        >
          {t('trunks.addServer')}
        </Button>
      </Stack>
    </Fieldset>
  );
}
