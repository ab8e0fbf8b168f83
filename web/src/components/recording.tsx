import { Anchor, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface RecordingProps {
  /** Path on the server. */
  readonly url: string;
  readonly label: string;
}

/** Audio that is heard here, or taken along as a file. It is fetched when somebody presses "play". */
export function Recording({ url, label }: RecordingProps) {
  const { t } = useTranslation();
  return (
    <Group gap="sm">
      <audio controls preload="none" src={url} aria-label={label} />
      <Anchor href={url} download size="sm">
        {t('actions.download')}
      </Anchor>
    </Group>
  );
}
