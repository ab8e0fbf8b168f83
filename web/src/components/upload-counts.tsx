import { Group, Stack, Text } from '@mantine/core';
import { useFormat } from '../i18n/use-format';

interface UploadCountsProps {
  readonly counts: readonly { readonly label: string; readonly count: number }[];
}

/** What became of the rows of a file. */
export function UploadCounts({ counts }: UploadCountsProps) {
  const { number } = useFormat();
  return (
    <Group gap="xl" role="status">
      {counts.map(({ label, count }) => (
        <Stack key={label} gap={0}>
          <Text size="xl" fw={620}>
            {number(count)}
          </Text>
          <Text size="sm" c="dimmed">
            {label}
          </Text>
        </Stack>
      ))}
    </Group>
  );
}
