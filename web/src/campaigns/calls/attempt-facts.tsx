import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AttemptDetailsFragment } from '../../api/generated/graphql';
import { useFormat } from '../../i18n/use-format';

/** The raw facts, for those who must talk to the carrier. */
export function AttemptFacts({ attempt }: { readonly attempt: AttemptDetailsFragment }) {
  const { t } = useTranslation();
  const { seconds } = useFormat();
  const { termination, countsAsAttempt, messageLeft, abandonedAfterMs } = attempt;
  const attributedTo = termination?.attributedTo;
  const facts = [
    ['attributedTo', attributedTo && t(`attributions.${attributedTo}`)],
    ['countsAsAttempt', countsAsAttempt == null ? null : countsAsAttempt ? t('calls.yes') : t('calls.no')],
    ['messageLeft', messageLeft == null ? null : messageLeft ? t('calls.yes') : t('calls.no')],
    ['abandonedAfter', abandonedAfterMs == null ? null : seconds(abandonedAfterMs)],
    ['reasonCode', termination?.reason],
    ['sipStatus', [termination?.sipStatus, termination?.sipPhrase].filter(Boolean).join(' ') || null],
    ['sipWarning', termination?.sipWarning],
    ['retryAfter', termination?.retryAfterSeconds],
    ['lastProvisional', termination?.lastProvisional],
    ['localCause', termination?.localCause],
    ['q850Cause', termination?.q850Cause],
    ['sipReason', termination?.sipReason],
    ['callerId', attempt.callerId],
    ['trunk', attempt.trunkName],
    ['port', attempt.portName],
    ['transferTarget', attempt.transferTarget],
    ['attemptId', attempt.id],
  ] as const;
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {t('calls.facts')}
      </Text>
      <Table variant="vertical" layout="fixed" withTableBorder>
        <Table.Tbody>
          {facts
            .filter(([, value]) => value != null)
            .map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th w={150}>{t(`callFacts.${name}`)}</Table.Th>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
