import { Button, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { EntityPage } from './entity-table';
import type { ListState } from './use-list-state';

interface TablePagerProps {
  readonly page: EntityPage<unknown>;
  readonly list: Pick<ListState<string>, 'next' | 'previous'>;
}

export function TablePager({ page, list }: TablePagerProps) {
  const { t } = useTranslation();
  const { totalCount, pageInfo } = page;
  return (
    <Group justify="space-between">
      <Text size="sm" c="dimmed" role="status">
        {t('table.total', { count: totalCount })}
      </Text>
      <Group gap="xs">
        <Button
          variant="default"
          size="xs"
          leftSection={<IconChevronLeft size={14} aria-hidden />}
          disabled={!pageInfo.hasPreviousPage}
          onClick={() => {
            list.previous(pageInfo);
          }}
        >
          {t('table.previous')}
        </Button>
        <Button
          variant="default"
          size="xs"
          rightSection={<IconChevronRight size={14} aria-hidden />}
          disabled={!pageInfo.hasNextPage}
          onClick={() => {
            list.next(pageInfo);
          }}
        >
          {t('table.next')}
        </Button>
      </Group>
    </Group>
  );
}
