import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Outlet } from 'react-router';
import { PageTabs } from '../components/page-tabs';

/** The pages of the tab, above each of them. */
export function Component() {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <PageTabs
        label={t('doNotCall.pages')}
        tabs={[
          { path: '/do-not-call', label: t('doNotCall.services'), isFirst: true },
          { path: '/do-not-call/numbers', label: t('doNotCall.list') },
        ]}
      />
      <Outlet />
    </Stack>
  );
}
