import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useRouteError } from 'react-router';
import { Page } from '../components/page';
import { isMissingFile, reloadWhenThere } from './reload-when-there';

export function NotFound() {
  const { t } = useTranslation();
  return <OtherPage title={t('pages.notFound.title')} text={t('pages.notFound.text')} />;
}

export function NotAllowed() {
  const { t } = useTranslation();
  return <OtherPage title={t('pages.notAllowed.title')} text={t('pages.notAllowed.text')} />;
}

/** A page broke, or its files could not be fetched, as after an update of the server: then it is loaded again. */
export function PageFailed() {
  const { t } = useTranslation();
  const error = useRouteError();
  useEffect(() => (isMissingFile(error) ? reloadWhenThere() : undefined), [error]);
  return (
    <Page title={t('pages.failed.title')}>
      <Stack align="flex-start">
        <Text>{t('pages.failed.text')}</Text>
        <Button
          onClick={() => {
            location.reload();
          }}
        >
          {t('actions.reload')}
        </Button>
      </Stack>
    </Page>
  );
}

function OtherPage({ title, text }: { readonly title: string; readonly text: string }) {
  const { t } = useTranslation();
  return (
    <Page title={title}>
      <Stack align="flex-start">
        <Text>{text}</Text>
        <Anchor component={Link} to="/">
          {t('pages.toStart')}
        </Anchor>
      </Stack>
    </Page>
  );
}
