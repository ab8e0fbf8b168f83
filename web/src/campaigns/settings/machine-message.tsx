import { useMutation } from '@apollo/client/react';
import { Button, Fieldset, FileButton, Group, Stack, Text } from '@mantine/core';
import { IconTrash, IconUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Failure, failureOf } from '../../api/failure';
import type { CampaignDetailsFragment } from '../../api/generated/graphql';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { FailureAlert } from '../../components/failure-alert';
import { sayDone } from '../../components/passing-messages';
import { Recording } from '../../components/recording';
import { useFormat } from '../../i18n/use-format';
import { DELETE_MESSAGE, UPLOAD_MESSAGE } from './settings-operations';

/** What the campaign leaves on answering machines. It is stored at once, apart from the form of the settings. */
export function MachineMessage({ campaign }: { readonly campaign: CampaignDetailsFragment }) {
  const { t } = useTranslation();
  const { seconds } = useFormat();
  const [upload, { loading: isBusy }] = useMutation(UPLOAD_MESSAGE);
  const [remove] = useMutation(DELETE_MESSAGE);
  const [failure, setFailure] = useState<Failure>();
  const [isRemoving, setIsRemoving] = useState(false);
  const { id: campaignId, voicemailMessage: message } = campaign;
  const send = async (file: File): Promise<void> => {
    setFailure(undefined);
    try {
      await upload({ variables: { input: { campaignId }, file } });
      sayDone(t('message.stored', { file: file.name }));
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  return (
    <Fieldset legend={t('message.title')} maw={900}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {campaign.amdEnabled ? t('message.hint') : t('message.needsDetection')}
        </Text>
        {failure && <FailureAlert failure={failure} />}
        {message ? (
          <>
            <Text size="sm">
              {t('message.present', { file: message.fileName, duration: seconds(message.durationSeconds * 1000) })}
            </Text>
            <Recording url={message.downloadUrl} label={t('message.title')} />
          </>
        ) : (
          <Text size="sm">{t('message.none')}</Text>
        )}
        <Group>
          <FileButton accept="audio/wav,audio/x-wav,.wav" onChange={(file) => file && void send(file)}>
            {(button) => (
              <Button {...button} variant="default" loading={isBusy} leftSection={<IconUpload size={16} aria-hidden />}>
                {message ? t('message.replace') : t('message.upload')}
              </Button>
            )}
          </FileButton>
          {message && (
            <Button
              variant="default"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => {
                setIsRemoving(true);
              }}
            >
              {t('message.remove')}
            </Button>
          )}
        </Group>
      </Stack>
      {isRemoving && (
        <ConfirmDialog
          title={t('message.remove')}
          question={t('message.removeQuestion')}
          confirmLabel={t('message.remove')}
          isDangerous
          onConfirm={async () => {
            await remove({ variables: { input: { campaignId } } });
          }}
          onClose={() => {
            setIsRemoving(false);
          }}
        />
      )}
    </Fieldset>
  );
}
