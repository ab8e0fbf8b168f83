import { useTranslation } from 'react-i18next';
import { Page } from '../components/page';
import { EngineStatus } from './engine-status';

export function Component() {
  const { t } = useTranslation();
  return (
    <Page title={t('tabs.installation')}>
      <EngineStatus />
    </Page>
  );
}
