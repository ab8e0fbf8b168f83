import { Alert, Stack } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCampaign, useMayEdit } from '../frame/use-campaign';
import { MachineMessage } from './machine-message';
import { SettingsForm } from './settings-form';
import { SettingsView } from './settings-view';

/** The settings of a campaign: to be edited while it is stopped, to be read otherwise. */
export function Component() {
  const { t } = useTranslation();
  const campaign = useCampaign();
  const { mayEdit, isReader } = useMayEdit();
  if (mayEdit) {
    return (
      <Stack>
        <SettingsForm campaign={campaign} />
        <MachineMessage campaign={campaign} />
      </Stack>
    );
  }
  return (
    <Stack>
      {!isReader && (
        <Alert color="gray" variant="light" icon={<IconLock aria-hidden />}>
          {t('campaigns.lockedSettings')}
        </Alert>
      )}
      <SettingsView campaign={campaign} />
    </Stack>
  );
}
