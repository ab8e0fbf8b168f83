import { Button, Center, Loader, Stack, Text } from '@mantine/core';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from './session';

const LoginPage = lazy(() => import('../login/login-page'));
const NewPasswordPage = lazy(() => import('../login/new-password-page'));

/** The pages for those who are logged in; the path stays while somebody logs in, who is then where they were. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const { state } = useSession();
  switch (state.kind) {
    case 'ASKING':
      return <Waiting />;
    case 'UNREACHABLE':
      return <Unreachable />;
    case 'NONE':
      return (
        <Suspense fallback={<Waiting />}>
          <LoginPage hasEnded={state.hasEnded} />
        </Suspense>
      );
    case 'PASSWORD_CHANGE':
      return (
        <Suspense fallback={<Waiting />}>
          <NewPasswordPage username={state.me.username} />
        </Suspense>
      );
    case 'OPEN':
      return children;
  }
}

function Waiting() {
  const { t } = useTranslation();
  return (
    <Center component="main" mih="100dvh">
      <Loader role="status" aria-label={t('states.loading')} />
    </Center>
  );
}

function Unreachable() {
  const { t } = useTranslation();
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack align="center" role="status">
        <Loader aria-hidden />
        <Text>{t('connection.unreachable')}</Text>
        <Button
          variant="default"
          onClick={() => {
            location.reload();
          }}
        >
          {t('actions.reload')}
        </Button>
      </Stack>
    </Center>
  );
}
