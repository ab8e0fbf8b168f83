import '@mantine/dropzone/styles.layer.css';
import { Group, Stack, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconFileTypeCsv } from '@tabler/icons-react';

interface CsvDropzoneProps {
  readonly title: string;
  /** What the file has to be like. */
  readonly hint: string;
  readonly isBusy: boolean;
  readonly onFile: (file: File) => void;
}

/** Takes one file, dropped or chosen. What is no CSV is the server's to say: browsers know too little of such files. */
export function CsvDropzone({ title, hint, isBusy, onFile }: CsvDropzoneProps) {
  return (
    <Dropzone
      multiple={false}
      disabled={isBusy}
      onDrop={([file]) => {
        if (file) onFile(file);
      }}
      inputProps={{ 'aria-label': title }}
      aria-label={title}
    >
      <Group justify="center" gap="md" wrap="nowrap" style={{ pointerEvents: 'none' }}>
        <IconFileTypeCsv size={40} stroke={1.4} aria-hidden />
        <Stack gap={2}>
          <Text fw={600}>{title}</Text>
          <Text size="sm" c="dimmed">
            {hint}
          </Text>
        </Stack>
      </Group>
    </Dropzone>
  );
}
