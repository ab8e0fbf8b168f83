import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { LeadOrderField } from '../../api/generated/graphql';
import type { ListState } from '../../components/use-list-state';
import classes from './lead-table.module.css';

/** The heads of the columns, by which the server sorts. */
export function LeadTableHeader({ list }: { readonly list: ListState<LeadOrderField> }) {
  const { t } = useTranslation();
  const columns = [
    { key: 'position', header: t('leads.position'), field: 'FILE_ORDER', isMinor: true },
    { key: 'name', header: t('leads.name'), field: 'NAME', isMinor: false },
    { key: 'number', header: t('leads.number'), field: 'PHONE_NUMBER', isMinor: false },
    { key: 'description', header: t('leads.description'), field: undefined, isMinor: true },
    { key: 'status', header: t('leads.status'), field: undefined, isMinor: false },
    { key: 'attempts', header: t('leads.attempts'), field: undefined, isMinor: true },
    { key: 'actions', header: t('table.actions'), field: undefined, isMinor: false },
  ] as const;
  const { field: sorted, direction } = list.orderBy;
  const Arrow = direction === 'ASC' ? IconArrowUp : IconArrowDown;
  return (
    <div role="row" aria-rowindex={1} className={`${classes.row} ${classes.header}`}>
      {columns.map(({ key, header, field, isMinor }) => (
        <span
          key={key}
          role="columnheader"
          className={isMinor ? classes.minor : ''}
          aria-sort={field === sorted ? (direction === 'ASC' ? 'ascending' : 'descending') : 'none'}
        >
          {field === undefined ? (
            header
          ) : (
            <UnstyledButton
              className={classes.sort ?? ''}
              onClick={() => {
                list.sortBy(field);
              }}
            >
              {header}
              {field === sorted && <Arrow size={14} aria-hidden />}
            </UnstyledButton>
          )}
        </span>
      ))}
    </div>
  );
}
