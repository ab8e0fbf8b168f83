import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Outlet } from 'react-router';
import { PageTabs } from '../components/page-tabs';

const pages = ['engine', 'trunks', 'ports', 'queues', 'audit', 'diagnostics'] as const;

/** The pages of the tab, above each of them. */
export function Component() {
  const { t } = useTranslation();
  const tabs = pages.map((page) => ({
    path: page === 'engine' ? '/installation' : `/installation/${page}`,
    label: t(`installation.page.${page}`),
    isFirst: page === 'engine',
  }));
  return (
    <Stack gap="lg">
      <PageTabs label={t('installation.pages')} tabs={tabs} />
      <Outlet />
    </Stack>
  );
}
