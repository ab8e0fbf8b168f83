import { Accordion, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AttemptDetailsFragment } from '../../api/generated/graphql';
import { Recording } from '../../components/recording';
import { useFormat } from '../../i18n/use-format';

/** What detection heard and measured. */
export function AttemptEvidence({ attempt }: { readonly attempt: AttemptDetailsFragment }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { recordingUrl, amd } = attempt;
  const features = amd?.features ?? [];
  return (
    <>
      {recordingUrl && (
        <div>
          <Text size="sm" fw={600} mb={4}>
            {t('calls.recording')}
          </Text>
          <Recording url={recordingUrl} label={t('calls.recording')} />
        </div>
      )}
      {features.length > 0 && (
        <Accordion variant="contained">
          <Accordion.Item value="features">
            <Accordion.Control>{t('calls.measured')}</Accordion.Control>
            <Accordion.Panel>
              {/* Names and units are the engine's own, whatever the language. */}
              <Table variant="vertical" layout="fixed" lang="en" aria-label={t('calls.measured')}>
                <Table.Tbody>
                  {features.map(({ name, value }) => (
                    <Table.Tr key={name}>
                      <Table.Th w="60%" style={{ overflowWrap: 'anywhere' }}>
                        {name}
                      </Table.Th>
                      <Table.Td>{number(value)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      )}
    </>
  );
}
