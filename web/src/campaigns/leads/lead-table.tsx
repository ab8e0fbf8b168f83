import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { LeadOrderField, LeadRowFragment } from '../../api/generated/graphql';
import type { ListState } from '../../components/use-list-state';
import { useFormat } from '../../i18n/use-format';
import { LeadStatus } from './lead-status';
import { LeadTableHeader } from './lead-table-header';
import classes from './lead-table.module.css';
import type { LeadWindow, LeadWindowState } from './lead-window';

/** As in the style sheet. */
const ROW_HEIGHT_PX = 44;
/** So near to an end of what is in memory the next page is asked for, before anybody gets there. */
const NEAR_ROWS = 60;

interface LeadTableProps {
  readonly window: LeadWindow;
  readonly state: LeadWindowState;
  readonly list: ListState<LeadOrderField>;
  readonly actions: (lead: LeadRowFragment) => ReactNode;
}

/** Leads in any number: only those that can be seen are in the page, and only those near to them in memory. */
export function LeadTable({ window, state, list, actions }: LeadTableProps) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const scroller = useStandingStill(state);
  const leads = useMemo(() => state.pages.flatMap(({ nodes }) => nodes), [state.pages]);
  const virtualizer = useVirtualizer({
    count: leads.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_PX,
    getItemKey: (index) => leads[index]?.id ?? index,
    overscan: 12,
  });

  const items = virtualizer.getVirtualItems();
  const firstSeen = items[0]?.index ?? 0;
  const lastSeen = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (leads.length === 0) return;
    if (lastSeen > leads.length - NEAR_ROWS) void window.next();
    else if (firstSeen < NEAR_ROWS) void window.previous();
  }, [window, firstSeen, lastSeen, leads.length]);

  return (
    <div className={classes.frame}>
      <div
        className={classes.scroller}
        ref={scroller}
        role="table"
        aria-label={t('campaign.page.leads')}
        aria-rowcount={state.totalCount + 1}
        aria-busy={state.isLoading}
        tabIndex={0}
      >
        <div role="rowgroup">
          <LeadTableHeader list={list} />
        </div>
        <div role="rowgroup" className={classes.body} style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ key, index, start }) => {
            const lead = leads[index];
            if (!lead) return null;
            return (
              <div
                key={key}
                role="row"
                aria-rowindex={state.firstIndex + index + 2}
                className={`${classes.row} ${classes.item}`}
                style={{ transform: `translateY(${start}px)` }}
              >
                <span role="cell" className={classes.minor}>
                  {number(state.firstIndex + index + 1)}
                </span>
                <b role="cell">{lead.name}</b>
                <span role="cell">{lead.phoneNumber}</span>
                <span role="cell" className={classes.minor}>
                  {lead.description}
                </span>
                <span role="cell">
                  <LeadStatus status={lead.status} />
                </span>
                <span role="cell" className={classes.minor}>
                  {number(lead.attemptCount)}
                </span>
                <span role="cell">{actions(lead)}</span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The element that scrolls. When pages come or go before what is seen, it stays where it is; after a jump, its end is seen. */
function useStandingStill({ jumps, firstIndex, isAtEnd, pages }: LeadWindowState): RefObject<HTMLDivElement | null> {
  const scroller = useRef<HTMLDivElement>(null);
  const before = useRef({ jumps: 0, firstIndex: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || pages.length === 0) return;
    if (before.current.jumps !== jumps) element.scrollTop = isAtEnd ? element.scrollHeight : 0;
    else element.scrollTop -= (firstIndex - before.current.firstIndex) * ROW_HEIGHT_PX;
    before.current = { jumps, firstIndex };
  }, [jumps, firstIndex, isAtEnd, pages]);
  return scroller;
}
