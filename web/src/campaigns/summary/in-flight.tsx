import { useTranslation } from 'react-i18next';
import type { CountersFragment } from '../../api/generated/graphql';
import { useFormat } from '../../i18n/use-format';
import { shareOf } from '../live/shares';
import { Bars } from './bars';
import { Card } from './card';

type CallsInFlight = CountersFragment['inFlight'];

const phases = [
  ['QUEUED', ({ queued }: CallsInFlight) => queued],
  ['CHECKING_DNC', ({ checkingDnc }: CallsInFlight) => checkingDnc],
  ['DIALING', ({ dialing }: CallsInFlight) => dialing],
  ['RINGING', ({ ringing }: CallsInFlight) => ringing],
  ['ANSWERED', ({ answered }: CallsInFlight) => answered],
  ['DETECTING', ({ detecting }: CallsInFlight) => detecting],
  ['TRANSFERRING', ({ transferring }: CallsInFlight) => transferring],
] as const;

/** The calls of this moment by the step that they are at. */
export function InFlight({ calls }: { readonly calls: CallsInFlight }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const bars = phases.map(([phase, countOf]) => ({
    key: phase,
    label: t(`attemptStates.${phase}`),
    value: number(countOf(calls)),
    share: shareOf(countOf(calls), calls.total) ?? 0,
  }));
  return (
    <Card title={t('live.inFlightByPhase')}>
      <Bars bars={bars} />
    </Card>
  );
}
