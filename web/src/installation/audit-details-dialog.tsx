import { Button, Code, Group, Stack, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AuditRowFragment } from '../api/generated/graphql';
import { EntityDialog } from '../components/entity-dialog';
import { useFormat } from '../i18n/use-format';

interface AuditDetailsDialogProps {
  readonly event: AuditRowFragment;
  /** Narrows the list to what concerned the same object. */
  readonly onSameObject: (objectId: string) => void;
  readonly onClose: () => void;
}

/** One entry with all that was recorded of it; secrets never were. */
export function AuditDetailsDialog({ event, onSameObject, onClose }: AuditDetailsDialogProps) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const { at, username, action, objectType, objectId, errorCode, address, details } = event;
  const rows = [
    [t('audit.at'), dateTime(at)],
    [t('audit.user'), username ?? t('audit.server')],
    [t('audit.outcome'), errorCode ?? t('audit.done')],
    [t('audit.object'), [objectType, objectId].filter(Boolean).join(' ') || '–'],
    [t('audit.address'), address ?? '–'],
  ] as const;
  return (
    <EntityDialog title={action} onClose={onClose}>
      <Stack>
        <Table aria-label={action}>
          <Table.Tbody>
            {rows.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row">{name}</Table.Th>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        {details && (
          <Code block mah={320} style={{ overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('audit.details')}>
            {JSON.stringify(details, null, 2)}
          </Code>
        )}
        <Group justify="flex-end">
          {objectId != null && (
            <Button
              variant="default"
              onClick={() => {
                onSameObject(objectId);
                onClose();
              }}
            >
              {t('audit.sameObject')}
            </Button>
          )}
          <Button onClick={onClose} data-autofocus>
            {t('actions.close')}
          </Button>
        </Group>
      </Stack>
    </EntityDialog>
  );
}
