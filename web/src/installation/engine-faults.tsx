import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FaultRowFragment } from '../api/generated/graphql';
import { useFormat } from '../i18n/use-format';

/** What is not in order now, the oldest first. */
export function EngineFaults({ faults }: { readonly faults: readonly FaultRowFragment[] }) {
  const { t } = useTranslation();
  const { number, dateTime, time } = useFormat();
  if (faults.length === 0) return <Text c="dimmed">{t('faults.none')}</Text>;
  return (
    <Table.ScrollContainer minWidth={560} type="native" tabIndex={0} role="region" aria-label={t('faults.title')}>
      <Table verticalSpacing="xs" aria-label={t('faults.title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('faults.subject')}</Table.Th>
            <Table.Th>{t('faults.what')}</Table.Th>
            <Table.Th>{t('faults.since')}</Table.Th>
            <Table.Th>{t('faults.occurrences')}</Table.Th>
            <Table.Th>{t('faults.nextTry')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {faults.map(({ subject, name, reason, message, sipStatus, since, occurrences, nextTryAt }) => (
            <Table.Tr key={`${subject} ${name ?? ''} ${reason}`}>
              <Table.Td>
                {t(`faultSubjects.${subject}`)}
                {name != null && (
                  <Text size="sm" fw={620}>
                    {name}
                  </Text>
                )}
              </Table.Td>
              <Table.Td maw={420}>
                <span lang="en">{message}</span>
                {sipStatus != null && <Text size="xs" c="dimmed">{`SIP ${sipStatus}`}</Text>}
              </Table.Td>
              <Table.Td>{dateTime(since)}</Table.Td>
              <Table.Td>{number(occurrences)}</Table.Td>
              <Table.Td>{nextTryAt ? time(new Date(nextTryAt)) : '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
