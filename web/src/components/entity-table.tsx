import './page-operations';
import { Box, Loader, Stack, Table, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { failureOf } from '../api/failure';
import classes from './entity-table.module.css';
import { FailureAlert } from './failure-alert';
import { TablePager } from './table-pager';
import type { ListState } from './use-list-state';

export interface Column<Row, Field extends string> {
  readonly key: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** The server sorts by it. */
  readonly sortField?: Field;
  /** Left out on a telephone. */
  readonly isMinor?: boolean;
}

/** A page of a connection, as every list of the API answers it. */
export interface EntityPage<Row> {
  readonly nodes: readonly Row[];
  readonly totalCount: number;
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor?: string | null;
    readonly endCursor?: string | null;
  };
}

interface EntityTableProps<Row extends { readonly id: string }, Field extends string> {
  /** What is listed, for screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row, Field>[];
  readonly list: ListState<Field>;
  /** The result of `useQuery`, with the connection picked out; what is there stays while more is fetched. */
  readonly page: EntityPage<Row> | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly onRetry: () => void;
  /** Absent: the list is not searched by text. */
  readonly searchLabel?: string;
  /** Said when there is nothing at all; a search without a hit has a text of its own. */
  readonly emptyText: string;
  /** Buttons of a row, at its end. */
  readonly actions?: (row: Row) => ReactNode;
}

/** A list that the server searches, sorts and pages. */
export function EntityTable<Row extends { readonly id: string }, Field extends string>(
  props: EntityTableProps<Row, Field>,
) {
  const { caption, columns, list, page, error, isLoading, onRetry, searchLabel, emptyText, actions } = props;
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      {searchLabel !== undefined && (
        <TextInput
          type="search"
          label={searchLabel}
          defaultValue={list.search}
          onChange={({ currentTarget }) => {
            list.setSearch(currentTarget.value);
          }}
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={isLoading ? <Loader size="xs" role="status" aria-label={t('states.loading')} /> : null}
          maw={360}
        />
      )}
      {error ? <FailureAlert failure={failureOf(error)} onRetry={onRetry} /> : null}
      {page && (
        <Box className={classes.frame ?? ''} aria-busy={isLoading}>
          <Table.ScrollContainer minWidth={320} type="native">
            <Table highlightOnHover verticalSpacing="xs" horizontalSpacing="md" aria-label={caption}>
              <Table.Thead>
                <Table.Tr>
                  {columns.map((column) => (
                    <HeaderCell key={column.key} column={column} list={list} />
                  ))}
                  {actions && <Table.Th className={classes.actions ?? ''}>{t('table.actions')}</Table.Th>}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {page.nodes.map((row) => (
                  <Table.Tr key={row.id}>
                    {columns.map(({ key, cell, isMinor }) => (
                      <Table.Td key={key} {...(isMinor && { visibleFrom: 'sm' })}>
                        {cell(row)}
                      </Table.Td>
                    ))}
                    {actions && <Table.Td className={classes.actions ?? ''}>{actions(row)}</Table.Td>}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {page.nodes.length === 0 && (
            <Text c="dimmed" ta="center" p="xl">
              {list.search ? t('table.noHit', { search: list.search }) : emptyText}
            </Text>
          )}
        </Box>
      )}
      {page && <TablePager page={page} list={list} />}
    </Stack>
  );
}

interface HeaderCellProps<Row, Field extends string> {
  readonly column: Column<Row, Field>;
  readonly list: ListState<Field>;
}

function HeaderCell<Row, Field extends string>({ column, list }: HeaderCellProps<Row, Field>) {
  const { header, sortField, isMinor } = column;
  const visibility = isMinor ? { visibleFrom: 'sm' } : {};
  if (sortField === undefined) return <Table.Th {...visibility}>{header}</Table.Th>;
  const { field, direction } = list.orderBy;
  const isSorted = field === sortField;
  const Arrow = direction === 'ASC' ? IconArrowUp : IconArrowDown;
  return (
    <Table.Th {...visibility} aria-sort={isSorted ? (direction === 'ASC' ? 'ascending' : 'descending') : 'none'}>
      <UnstyledButton
        className={classes.sort ?? ''}
        onClick={() => {
          list.sortBy(sortField);
        }}
      >
        {header}
        {isSorted && <Arrow size={14} aria-hidden />}
      </UnstyledButton>
    </Table.Th>
  );
}
