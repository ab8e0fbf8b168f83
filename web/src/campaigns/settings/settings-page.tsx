import { Alert, Fieldset, Stack } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCampaign, useMayEdit } from '../frame/use-campaign';
import { MachineMessage } from './machine-message';
import { SettingsForm } from './settings-form';
import { SettingsView } from './settings-view';

/**
 * The settings of a campaign: to be edited while it is stopped, to be read otherwise. When somebody else starts it, a form
 * that is open is locked with what is in it, and goes on when the campaign is stopped.
 */
export function Component() {
  const { t } = useTranslation();
  const campaign = useCampaign();
  const { mayEdit, isReader } = useMayEdit();
  const [isOpen, setIsOpen] = useState(mayEdit);
  if (mayEdit && !isOpen) setIsOpen(true);
  return (
    <Stack>
      {!mayEdit && !isReader && (
        <Alert color="gray" variant="light" icon={<IconLock aria-hidden />}>
          {t('campaigns.lockedSettings')}
        </Alert>
      )}
      {isOpen ? (
        <Fieldset variant="unstyled" disabled={!mayEdit} aria-label={t('campaign.page.settings')}>
          <Stack>
            <SettingsForm campaign={campaign} />
            <MachineMessage campaign={campaign} />
          </Stack>
        </Fieldset>
      ) : (
        <SettingsView campaign={campaign} />
      )}
    </Stack>
  );
}
