import { Box, Center, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { type ReactNode } from 'react';
import logo from '../app/logo.svg';
import { AppearanceMenu } from '../app/appearance-menu';
import { LanguageMenu } from '../app/language-menu';
import classes from './front-page.module.css';

interface FrontPageProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** The frame of the pages before the console itself. */
export function FrontPage({ title, children }: FrontPageProps) {
  return (
    <Box className={classes.ground ?? ''}>
      <title>{`${title} · Outdial`}</title>
      <Group justify="flex-end" p="xs" gap={4} role="banner">
        <LanguageMenu />
        <AppearanceMenu />
      </Group>
      <Center component="main" p="md" className={classes.main ?? ''}>
        <Paper withBorder p="xl" radius="lg" w="100%" maw={400} shadow="sm">
          <Stack gap="lg">
            <Group gap="sm">
              <img src={logo} alt="" width={40} height={40} />
              <Text fw={650} size="xl">
                Outdial
              </Text>
            </Group>
            <Title order={1}>{title}</Title>
            {children}
          </Stack>
        </Paper>
      </Center>
    </Box>
  );
}
