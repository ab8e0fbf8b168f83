import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Outlet } from 'react-router';
import { useCampaign, useMayEdit } from './use-campaign';

/** Leads and the call log are not for supervisors, by their address neither. */
export function Component() {
  const { t } = useTranslation();
  const { isReader } = useMayEdit();
  const campaign = useCampaign();
  return isReader ? <Text>{t('pages.notAllowed.text')}</Text> : <Outlet context={campaign} />;
}
