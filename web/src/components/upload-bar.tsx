import { Progress } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Something is under way. How much of it is done is not known, and so it has no value. */
export function UploadBar() {
  const { t } = useTranslation();
  return (
    <Progress.Root role="progressbar" aria-label={t('upload.progress')}>
      <Progress.Section value={100} striped animated withAria={false} />
    </Progress.Root>
  );
}
