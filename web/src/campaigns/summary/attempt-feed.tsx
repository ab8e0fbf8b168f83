import { Box, Button, Table, Text, UnstyledButton } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AttemptRowFragment } from '../../api/generated/graphql';
import { FailureAlert } from '../../components/failure-alert';
import { LiveValue } from '../../components/live-value';
import { useFormat } from '../../i18n/use-format';
import { AttemptBadge } from '../calls/attempt-badge';
import { AttemptDrawer } from '../calls/attempt-drawer';
import { useCallReasonText } from '../calls/call-reasons';
import classes from './attempt-feed.module.css';
import { Card } from './card';
import { useAttemptFeed } from './use-attempt-feed';

type Rows = readonly AttemptRowFragment[];

/** Attempts as they happen. */
export function AttemptFeed({ campaignId }: { readonly campaignId: string }) {
  const { t } = useTranslation();
  const live = useAttemptFeed(campaignId);
  const [paused, setPaused] = useState<Rows>();
  const [openId, setOpenId] = useState<string>();
  const isPaused = paused !== undefined;
  const Icon = isPaused ? IconPlayerPlay : IconPlayerPause;
  return (
    <Card
      title={t('live.attempts')}
      actions={
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon size={14} aria-hidden />}
          onClick={() => {
            setPaused(isPaused ? undefined : (live.data ?? []));
          }}
        >
          {isPaused ? t('live.resume') : t('live.pause')}
        </Button>
      }
    >
      {live.failure && <FailureAlert failure={live.failure} onRetry={live.refetch} />}
      {isPaused ? (
        <>
          <Text size="sm">{t('live.paused')}</Text>
          <FeedTable rows={paused} onOpen={setOpenId} />
        </>
      ) : (
        <LiveValue live={live}>{(rows) => <FeedTable rows={rows} onOpen={setOpenId} />}</LiveValue>
      )}
      {openId !== undefined && (
        <AttemptDrawer
          attemptId={openId}
          onClose={() => {
            setOpenId(undefined);
          }}
        />
      )}
    </Card>
  );
}

interface FeedTableProps {
  readonly rows: Rows;
  readonly onOpen: (attemptId: string) => void;
}

/** Of a fixed height, whatever comes; who has scrolled down stays where they are. */
function FeedTable({ rows, onOpen }: FeedTableProps) {
  const { t } = useTranslation();
  return (
    <Box className={classes.frame ?? ''} role="region" aria-label={t('live.attempts')} tabIndex={0}>
      {rows.length === 0 && <Text c="dimmed">{t('live.noAttempts')}</Text>}
      <Table className={classes.table ?? ''} verticalSpacing={4} stickyHeader aria-label={t('live.attempts')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th className={classes.time ?? ''}>{t('calls.time')}</Table.Th>
            <Table.Th>{t('calls.lead')}</Table.Th>
            <Table.Th>{t('calls.result')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('calls.reason')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <FeedRow key={row.id} row={row} onOpen={onOpen} />
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}

interface FeedRowProps {
  readonly row: AttemptRowFragment;
  readonly onOpen: (attemptId: string) => void;
}

/** Drawn again only when its attempt has moved on. */
const FeedRow = memo(function FeedRow({ row, onOpen }: FeedRowProps) {
  const { time, dateTime } = useFormat();
  const reasonText = useCallReasonText();
  const queuedAt = new Date(row.queuedAt);
  const isOfToday = queuedAt.toDateString() === new Date().toDateString();
  return (
    <Table.Tr>
      <Table.Td>{isOfToday ? time(queuedAt) : dateTime(row.queuedAt)}</Table.Td>
      <Table.Td>
        <UnstyledButton
          className={classes.lead ?? ''}
          onClick={() => {
            onOpen(row.id);
          }}
        >
          {row.leadName || row.phoneNumber}
        </UnstyledButton>
      </Table.Td>
      <Table.Td>
        <AttemptBadge attempt={row} />
      </Table.Td>
      <Table.Td visibleFrom="sm">{row.termination && reasonText(row.termination.reason)}</Table.Td>
    </Table.Tr>
  );
});
