import { Text, Timeline } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AttemptDetailsFragment } from '../../api/generated/graphql';
import { useFormat } from '../../i18n/use-format';

type StepName = 'queued' | 'refused' | 'dialed' | 'ringing' | 'answered' | 'detected' | 'transferred' | 'ended';

interface Step {
  readonly name: StepName;
  readonly at: string;
}

/** The steps of an attempt with their instants, and the time from each to the next. */
export function AttemptTimeline({ attempt }: { readonly attempt: AttemptDetailsFragment }) {
  const { t } = useTranslation();
  const { timeExact, seconds } = useFormat();
  const steps = stepsOf(attempt);
  return (
    <Timeline
      active={steps.length - 1}
      bulletSize={14}
      lineWidth={2}
      color="pine"
      role="list"
      aria-label={t('calls.timeline')}
    >
      {steps.map(({ name, at }, index) => {
        const previous = steps[index - 1];
        return (
          <Timeline.Item key={name} role="listitem" title={t(`callSteps.${name}`)}>
            <Text size="sm">
              {timeExact(at)}
              {previous && (
                <Text span size="sm" c="dimmed">
                  {' '}
                  {t('calls.after', { duration: seconds(Date.parse(at) - Date.parse(previous.at)) })}
                </Text>
              )}
            </Text>
            {name === 'detected' && <Detection attempt={attempt} />}
          </Timeline.Item>
        );
      })}
    </Timeline>
  );
}

function Detection({ attempt: { amd } }: { readonly attempt: AttemptDetailsFragment }) {
  const { t } = useTranslation();
  const { percent, seconds } = useFormat();
  if (!amd) return null;
  const { verdict, kind, reason, confidence, decisionMs } = amd;
  return (
    <Text size="sm">
      {kind ? t(`amdKinds.${kind}`) : t(`amdVerdicts.${verdict}`)}: {t(`amdReasons.${reason}`)}
      <br />
      {t('calls.decision', { confidence: percent(confidence), duration: seconds(decisionMs) })}
    </Text>
  );
}

/** A do-not-call service is asked between the claim and the call; only its "no" leaves an instant of its own. */
function stepsOf(attempt: AttemptDetailsFragment): Step[] {
  const isRefused = attempt.termination?.reason === 'do-not-call';
  const instants: readonly (readonly [StepName, string | null | undefined])[] = [
    ['queued', attempt.queuedAt],
    ['dialed', attempt.dialedAt],
    ['ringing', attempt.ringingAt],
    ['answered', attempt.answeredAt],
    ['detected', attempt.detectedAt],
    ['transferred', attempt.transferredAt],
    [isRefused ? 'refused' : 'ended', attempt.endedAt],
  ];
  return instants.flatMap(([name, at]) => (at ? [{ name, at }] : []));
}
