import { useMutation } from '@apollo/client/react';
import { Button, CloseButton, Group, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Failure, failureOf } from '../../api/failure';
import type { UploadLeadsMutation } from '../../api/generated/graphql';
import { useLive } from '../../api/use-live';
import { CsvDropzone } from '../../components/csv-dropzone';
import { FailureAlert } from '../../components/failure-alert';
import { RejectedRows } from '../../components/rejected-rows';
import { UploadBar } from '../../components/upload-bar';
import { UploadCounts } from '../../components/upload-counts';
import { LEAD_UPLOAD_PROGRESS, UPLOAD_LEADS } from './lead-operations';

type Upload = NonNullable<UploadLeadsMutation['uploadLeads']>['upload'];

interface UploadPanelProps {
  readonly campaignId: string;
  /** Takes no file now; what became of the last one stays. */
  readonly isLocked: boolean;
  readonly onLoaded: () => void;
}

/** Loads leads from a file, and says what became of its rows. */
export function UploadPanel({ campaignId, isLocked, onLoaded }: UploadPanelProps) {
  const { t } = useTranslation();
  const [send] = useMutation(UPLOAD_LEADS);
  const [uploadId, setUploadId] = useState<string>();
  const [upload, setUpload] = useState<Upload>();
  const [failure, setFailure] = useState<Failure>();
  const load = async (file: File): Promise<void> => {
    // Chosen here, so that the progress is there from the first row on.
    const id = crypto.randomUUID();
    setUploadId(id);
    setUpload(undefined);
    setFailure(undefined);
    try {
      const { data } = await send({ variables: { input: { campaignId, uploadId: id }, file } });
      setUpload(data?.uploadLeads?.upload);
      onLoaded();
    } catch (error) {
      setFailure(failureOf(error));
    }
    setUploadId(undefined);
  };
  return (
    <Stack gap="sm">
      {!isLocked && (
        <CsvDropzone
          title={t('leads.drop')}
          hint={t('leads.dropHint')}
          isBusy={uploadId !== undefined}
          onFile={(file) => void load(file)}
        />
      )}
      {uploadId !== undefined && <UploadProgress uploadId={uploadId} />}
      {failure && <FailureAlert failure={failure} />}
      {upload && (
        <UploadResult
          upload={upload}
          onClose={() => {
            setUpload(undefined);
          }}
        />
      )}
    </Stack>
  );
}

function UploadProgress({ uploadId }: { readonly uploadId: string }) {
  const { t } = useTranslation();
  const { data } = useLive(LEAD_UPLOAD_PROGRESS, { uploadId });
  const { phase, rowsRead } = data?.leadUploadProgress ?? { phase: 'READING', rowsRead: 0 };
  return (
    <Stack gap={4}>
      <UploadBar />
      <Text size="sm">
        {phase === 'READING' ? t('upload.reading', { count: rowsRead }) : t('upload.loading', { count: rowsRead })}
      </Text>
    </Stack>
  );
}

function UploadResult({ upload, onClose }: { readonly upload: Upload; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { rowsRead, loaded, duplicatesInFile, duplicatesInCampaign, rejected, rejectedRows, rejectedRowsCsvUrl } =
    upload;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text fw={600}>{t('upload.done', { file: upload.fileName })}</Text>
        <CloseButton aria-label={t('actions.close')} onClick={onClose} />
      </Group>
      <UploadCounts
        counts={[
          { label: t('upload.rowsRead'), count: rowsRead },
          { label: t('upload.loaded'), count: loaded },
          { label: t('leads.duplicatesInFile'), count: duplicatesInFile },
          { label: t('leads.duplicatesInCampaign'), count: duplicatesInCampaign },
          { label: t('upload.rejected'), count: rejected },
        ]}
      />
      {rejected > 0 && <RejectedRows rows={rejectedRows} count={rejected} />}
      {rejectedRowsCsvUrl && (
        <Group>
          <Button
            component="a"
            href={rejectedRowsCsvUrl}
            download
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
          >
            {t('upload.downloadRejected')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
