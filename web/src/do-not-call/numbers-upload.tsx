import { useMutation } from '@apollo/client/react';
import { CloseButton, Group, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Failure, failureOf } from '../api/failure';
import type { DncUploadMode, UploadDncNumbersMutation } from '../api/generated/graphql';
import { ConfirmDialog } from '../components/confirm-dialog';
import { CsvDropzone } from '../components/csv-dropzone';
import { FailureAlert } from '../components/failure-alert';
import { RejectedRows } from '../components/rejected-rows';
import { UploadBar } from '../components/upload-bar';
import { UploadCounts } from '../components/upload-counts';
import { UPLOAD_DNC_NUMBERS } from './do-not-call-operations';

type Result = NonNullable<UploadDncNumbersMutation['uploadDncNumbers']>;
const modes: readonly DncUploadMode[] = ['APPEND', 'REPLACE'];

/** Loads numbers into the list; a list that would be replaced is asked about first. */
export function NumbersUpload({ onLoaded }: { readonly onLoaded: () => void }) {
  const { t } = useTranslation();
  const [send, { loading }] = useMutation(UPLOAD_DNC_NUMBERS);
  const [mode, setMode] = useState<DncUploadMode>('APPEND');
  const [waiting, setWaiting] = useState<File>();
  const [result, setResult] = useState<Result>();
  const [failure, setFailure] = useState<Failure>();
  const load = async (file: File): Promise<void> => {
    setResult(undefined);
    setFailure(undefined);
    const { data } = await send({ variables: { input: { mode }, file } });
    setResult(data?.uploadDncNumbers ?? undefined);
    onLoaded();
  };
  const append = async (file: File): Promise<void> => {
    try {
      await load(file);
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  return (
    <Stack gap="sm">
      <Radio.Group
        label={t('doNotCall.mode')}
        value={mode}
        onChange={(value) => {
          setMode(modes.find((known) => known === value) ?? 'APPEND');
        }}
      >
        <Group gap="md" mt={4}>
          {modes.map((value) => (
            <Radio key={value} value={value} label={t(`dncUploadModes.${value}`)} />
          ))}
        </Group>
      </Radio.Group>
      <CsvDropzone
        title={t('doNotCall.drop')}
        hint={t('doNotCall.dropHint')}
        isBusy={loading}
        onFile={(file) => {
          if (mode === 'REPLACE') setWaiting(file);
          else void append(file);
        }}
      />
      {loading && <UploadBar />}
      {failure && <FailureAlert failure={failure} />}
      {result && (
        <NumbersResult
          result={result}
          onClose={() => {
            setResult(undefined);
          }}
        />
      )}
      {waiting && (
        <ConfirmDialog
          title={t('doNotCall.replaceTitle')}
          question={t('doNotCall.replaceQuestion', { file: waiting.name })}
          confirmLabel={t('doNotCall.replace')}
          isDangerous
          onConfirm={() => load(waiting)}
          onClose={() => {
            setWaiting(undefined);
          }}
        />
      )}
    </Stack>
  );
}

function NumbersResult({ result, onClose }: { readonly result: Result; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { rowsRead, loaded, duplicates, rejected, rejectedRows, totalNumbers } = result;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text fw={600}>{t('doNotCall.loaded', { count: totalNumbers })}</Text>
        <CloseButton aria-label={t('actions.close')} onClick={onClose} />
      </Group>
      <UploadCounts
        counts={[
          { label: t('upload.rowsRead'), count: rowsRead },
          { label: t('upload.loaded'), count: loaded },
          { label: t('doNotCall.duplicates'), count: duplicates },
          { label: t('upload.rejected'), count: rejected },
        ]}
      />
      {rejected > 0 && <RejectedRows rows={rejectedRows} count={rejected} />}
    </Stack>
  );
}
