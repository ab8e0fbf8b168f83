import { Stack, Text } from '@mantine/core';

interface FigureProps {
  readonly label: string;
  readonly value: string;
}

/** A number that is read from afar, under its name. */
export function Figure({ label, value }: FigureProps) {
  return (
    <Stack gap={0}>
      <Text size="sm">{label}</Text>
      <Text fz={28} fw={620} lh={1.2}>
        {value}
      </Text>
    </Stack>
  );
}
