import { useTranslation } from 'react-i18next';
import type { CountersFragment } from '../api/generated/graphql';
import { useLive } from '../api/use-live';
import { CAMPAIGN_COUNTERS } from '../campaigns/live/counters-operations';
import { abandonedRate, shareOf } from '../campaigns/live/shares';
import { FailureAlert } from '../components/failure-alert';
import { LiveValue } from '../components/live-value';
import { useFormat } from '../i18n/use-format';
import classes from './campaign-tile.module.css';
import { WALL_CAMPAIGN } from './wallboard-operations';

interface CampaignTileProps {
  readonly campaignId: string;
  /** On another page of the wall; it stays live, so that it is there at once. */
  readonly isHidden: boolean;
}

/** One campaign, to be read from across the room. */
export function CampaignTile({ campaignId, isHidden }: CampaignTileProps) {
  const { t } = useTranslation();
  const campaign = useLive(WALL_CAMPAIGN, { campaignId });
  const counters = useLive(CAMPAIGN_COUNTERS, { campaignId }, 'no-cache');
  const known = campaign.data?.campaignChanged;
  const failure = campaign.failure ?? counters.failure;
  const isStale = counters.data !== undefined && counters.isStale && failure?.code !== 'NOT_FOUND';
  return (
    <article className={classes.tile} hidden={isHidden} data-is-stale={isStale} aria-label={known?.name ?? campaignId}>
      <h2 className={classes.name}>{known?.name ?? '…'}</h2>
      {isStale && <p className={classes.notLive}>{t('wallboard.notLive')}</p>}
      {failure ? (
        <FailureAlert failure={failure} />
      ) : (
        <LiveValue live={counters}>
          {({ campaignCounters }) => (
            <Figures counters={campaignCounters} isStopped={!campaign.isStale && known?.state === 'STOPPED'} />
          )}
        </LiveValue>
      )}
    </article>
  );
}

interface FiguresProps {
  readonly counters: CountersFragment;
  readonly isStopped: boolean;
}

function Figures({ counters, isStopped }: FiguresProps) {
  const { t } = useTranslation();
  const { number, percent } = useFormat();
  const { inFlight, callsPerMinute, freeAgents, leads, idleReason } = counters;
  const state = idleReason ?? 'DIALING';
  const rate = abandonedRate(counters);
  const called = shareOf(leads.total - leads.notCalled, leads.total) ?? 0;
  const figures = [
    ['inFlight', number(inFlight.total)],
    ['callsPerMinute', number(callsPerMinute)],
    ['freeAgents', number(freeAgents)],
    ['transferred', number(counters.transferred)],
    ['abandonedRate', rate === undefined ? '–' : percent(rate)],
    ['called', percent(called)],
  ] as const;
  return (
    <div className={classes.content}>
      <dl className={classes.figures}>
        {figures.map(([name, value]) => (
          <div key={name}>
            <dd>{value}</dd>
            <dt>{t(`wallFigures.${name}`)}</dt>
          </div>
        ))}
      </dl>
      <div className={classes.track} aria-hidden>
        <div style={{ width: `${called * 100}%` }} />
      </div>
      <p className={classes.state} data-is-idle={isStopped || Boolean(idleReason)}>
        {isStopped ? t('wallboard.stopped') : t(`wallStates.${state}`)}
      </p>
    </div>
  );
}
