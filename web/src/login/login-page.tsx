import { useMutation } from '@apollo/client/react';
import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { type Failure, failureOf } from '../api/failure';
import { FailureAlert } from '../components/failure-alert';
import { useSession } from '../session/session';
import { LOGIN } from '../session/session-operations';
import { FrontPage } from './front-page';

/** `hasEnded`: somebody was logged in until a moment ago, and is told what has happened. */
export default function LoginPage({ hasEnded }: { readonly hasEnded: boolean }) {
  const { t } = useTranslation();
  const { begin } = useSession();
  const [login, { loading, error }] = useMutation(LOGIN);
  const form = useForm({
    initialValues: { username: '', password: '' },
    validate: {
      username: (value) => (value.trim() ? null : t('fields.blank')),
      password: (value) => (value ? null : t('fields.blank')),
    },
  });

  const submit = form.onSubmit(async (variables) => {
    try {
      const { data } = await login({ variables });
      if (data?.login) begin(data.login.user);
    } catch {
      form.setFieldValue('password', '');
      form.getInputNode('password')?.focus();
    }
  });

  return (
    <FrontPage title={t('login.title')}>
      {hasEnded && !error && <Alert color="orange">{t('login.ended')}</Alert>}
      <form onSubmit={submit} noValidate>
        <Stack>
          {error && <LoginFailure failure={failureOf(error)} />}
          <TextInput
            label={t('login.username')}
            autoComplete="username"
            autoCapitalize="none"
            autoFocus
            required
            {...form.getInputProps('username')}
          />
          <PasswordInput
            label={t('login.password')}
            autoComplete="current-password"
            required
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={loading} fullWidth mt="xs">
            {t('login.submit')}
          </Button>
        </Stack>
      </form>
    </FrontPage>
  );
}

/** The same code means something else here than inside a session. */
function LoginFailure({ failure }: { readonly failure: Failure }) {
  const { t } = useTranslation();
  const { code, retryAfterSeconds: count } = failure;
  if (code === 'UNAUTHENTICATED') return <FailureAlert text={t('login.refused')} />;
  if (code === 'GROUP_DISABLED') return <FailureAlert text={t('login.groupsDisabled')} />;
  if (code === 'RATE_LIMITED') {
    return <FailureAlert text={t('login.wait', { count })} />;
  }
  return <FailureAlert failure={failure} />;
}
