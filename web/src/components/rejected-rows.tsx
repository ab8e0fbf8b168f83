import './upload-operations';
import { Box, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RejectedRowFragment } from '../api/generated/graphql';
import { useFormat } from '../i18n/use-format';

interface RejectedRowsProps {
  readonly rows: readonly RejectedRowFragment[];
  /** All that there are; the server lists the first thousand. */
  readonly count: number;
}

/** The rows of a file that were left out, and why. */
export function RejectedRows({ rows, count }: RejectedRowsProps) {
  const { t } = useTranslation();
  const { number } = useFormat();
  return (
    <Box mah={280} style={{ overflowY: 'auto' }} tabIndex={0} role="region" aria-label={t('upload.rejectedRows')}>
      <Table aria-label={t('upload.rejectedRows')} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('upload.line')}</Table.Th>
            <Table.Th>{t('upload.reason')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('upload.serverSays')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ line, reason, message }) => (
            <Table.Tr key={line}>
              <Table.Td>{number(line)}</Table.Td>
              <Table.Td>{t(`rejectionReasons.${reason}`)}</Table.Td>
              <Table.Td visibleFrom="sm" lang="en">
                {message}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {count > rows.length && (
        <Text size="sm" c="dimmed" p="xs">
          {t('upload.moreRows', { count: count - rows.length })}
        </Text>
      )}
    </Box>
  );
}
