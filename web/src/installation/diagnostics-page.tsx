import { useQuery } from '@apollo/client/react';
import { Anchor, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DiagnosticsQuery } from '../api/generated/graphql';
import { failureOf } from '../api/failure';
import { FailureAlert } from '../components/failure-alert';
import { Page } from '../components/page';
import { useFormat } from '../i18n/use-format';
import { DIAGNOSTICS } from './diagnostics-operations';

/** What helps to find faults. */
export function Component() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(DIAGNOSTICS);
  return (
    <Page title={t('installation.page.diagnostics')}>
      {error && <FailureAlert failure={failureOf(error)} onRetry={() => void refetch()} />}
      {data && (
        <>
          <Section title={t('diagnostics.version')}>
            <Text>{`${data.serverInfo.name} ${data.serverInfo.version}`}</Text>
            {data.serverInfo.lab && <Text>{t('diagnostics.lab')}</Text>}
          </Section>
          <Section title={t('diagnostics.logFiles')}>
            <Text size="sm">{t('diagnostics.logHint')}</Text>
            <LogFiles files={data.diagnostics.logFiles} />
          </Section>
        </>
      )}
    </Page>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <Paper component="section" withBorder p="lg" radius="md" aria-label={title}>
      <Stack gap="sm">
        <Title order={2}>{title}</Title>
        {children}
      </Stack>
    </Paper>
  );
}

function LogFiles({ files }: { readonly files: DiagnosticsQuery['diagnostics']['logFiles'] }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  if (files.length === 0) return <Text c="dimmed">{t('diagnostics.noFile')}</Text>;
  return (
    <Table.ScrollContainer minWidth={320} type="native">
      <Table aria-label={t('diagnostics.logFiles')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('diagnostics.file')}</Table.Th>
            <Table.Th>{t('diagnostics.size')}</Table.Th>
            <Table.Th>{t('diagnostics.modifiedAt')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {files.map(({ name, sizeBytes, modifiedAt, downloadUrl }) => (
            <Table.Tr key={name}>
              <Table.Td>
                <Anchor href={downloadUrl} download={name}>
                  {name}
                </Anchor>
              </Table.Td>
              <Table.Td>{t('diagnostics.kilobytes', { count: Math.ceil(sizeBytes / 1000) })}</Table.Td>
              <Table.Td>{dateTime(modifiedAt)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
