import { useTranslation } from 'react-i18next';
import type { CountersFragment } from '../../api/generated/graphql';
import { useFormat } from '../../i18n/use-format';
import { shareOf } from '../live/shares';
import { Bars } from './bars';
import { Card } from './card';

/** How many calls come from each step to the next; the API does not count those that only rang. */
export function Funnel({ counters }: { readonly counters: CountersFragment }) {
  const { t } = useTranslation();
  const { number, percent } = useFormat();
  const { attempts, answered, machines, transferred } = counters;
  const counts = [
    ['attempts', attempts],
    ['answered', answered],
    ['persons', answered - machines],
    ['transferred', transferred],
  ] as const;
  const bars = counts.map(([step, count], index) => {
    const ofPrevious = shareOf(count, counts[index - 1]?.[1] ?? 0);
    return {
      key: step,
      label: t(`funnel.${step}`),
      value: number(count),
      share: shareOf(count, attempts) ?? 0,
      ...(ofPrevious !== undefined && { note: t('live.ofPrevious', { share: percent(ofPrevious) }) }),
    };
  });
  return (
    <Card title={t('live.funnel')}>
      <Bars bars={bars} />
    </Card>
  );
}
