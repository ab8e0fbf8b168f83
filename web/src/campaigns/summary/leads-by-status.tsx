import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/use-format';
import { leadStatuses, type LeadStatusCounts } from '../live/lead-statuses';
import { shareOf } from '../live/shares';
import { Card } from './card';
import classes from './leads-by-status.module.css';

/** One bar for all leads; the list below says in words and figures what it shows. */
export function LeadsByStatus({ leads }: { readonly leads: LeadStatusCounts }) {
  const { t } = useTranslation();
  const { number, percent } = useFormat();
  const parts = leadStatuses.map((view) => ({ ...view, count: view.countOf(leads) }));
  return (
    <Card title={t('live.leadsByStatus')}>
      <div className={classes.bar} aria-hidden>
        {parts.map(({ status, color, count }) => (
          <div key={status} style={{ flexGrow: count, background: color }} hidden={count === 0} />
        ))}
      </div>
      <dl className={classes.legend}>
        {parts.map(({ status, color, count }) => (
          <div key={status} className={classes.entry}>
            <dt>
              <span className={classes.swatch} style={{ background: color }} aria-hidden />
              {t(`leadStatuses.${status}`)}
            </dt>
            <dd>
              <b>{number(count)}</b>
              <Text span size="sm" c="dimmed">
                {percent(shareOf(count, leads.total) ?? 0)}
              </Text>
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
