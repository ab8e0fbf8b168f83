import '@mantine/charts/styles.layer.css';
import { AreaChart } from '@mantine/charts';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/use-format';
import { type CallRate, RATES_SPAN_MS } from '../live/call-rates';

/** A value tells of the minute before it: where the next one is further away, nobody knows what was between. */
const LONGEST_GAP_MS = 75_000;

interface CallRateChartProps {
  readonly rates: readonly CallRate[];
  readonly heightPx: number;
}

/** A module of its own, so that the figures need not wait for the charts. */
export default function CallRateChart({ rates, heightPx }: CallRateChartProps) {
  const { t } = useTranslation();
  const { number, time } = useFormat();
  const endMs = rates.at(-1)?.atMs ?? 0;
  const timeOf = (atMs: number): string => time(new Date(atMs));
  return (
    <AreaChart
      h={heightPx}
      data={withGaps(rates)}
      dataKey="atMs"
      series={[{ name: 'callsPerMinute', label: t('live.callsPerMinute'), color: 'pine.6' }]}
      withDots={false}
      curveType="linear"
      connectNulls={false}
      valueFormatter={number}
      xAxisProps={{ type: 'number', domain: [endMs - RATES_SPAN_MS, endMs], tickFormatter: timeOf, tickCount: 6 }}
      yAxisProps={{ allowDecimals: false, width: 48 }}
      areaProps={{ isAnimationActive: false }}
      areaChartProps={{ accessibilityLayer: false }}
      tooltipAnimationDuration={0}
      tooltipProps={{ labelFormatter: (atMs) => (typeof atMs === 'number' ? timeOf(atMs) : '') }}
    />
  );
}

function withGaps(rates: readonly CallRate[]): { atMs: number; callsPerMinute: number | null }[] {
  return rates.flatMap((rate, index) => {
    const previous = rates[index - 1];
    if (!previous || rate.atMs - previous.atMs <= LONGEST_GAP_MS) return [rate];
    return [{ atMs: previous.atMs + 1, callsPerMinute: null }, rate];
  });
}
