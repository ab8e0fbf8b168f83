import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PasswordChangeForm } from '../session/password-change-form';
import { useSession } from '../session/session';
import { useLogout } from '../session/use-logout';
import { FrontPage } from './front-page';

/** After a first login, and after a reset: nothing else is allowed before. */
export default function NewPasswordPage({ username }: { readonly username: string }) {
  const { t } = useTranslation();
  const { begin } = useSession();
  const logout = useLogout();
  return (
    <FrontPage title={t('passwordChange.title')}>
      <Text>{t('passwordChange.why', { username })}</Text>
      <PasswordChangeForm onChanged={begin} />
      <Group justify="center">
        <Button variant="subtle" onClick={logout}>
          {t('session.logout')}
        </Button>
      </Group>
    </FrontPage>
  );
}
