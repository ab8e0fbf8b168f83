import { Group, Stack, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';

interface PageProps {
  readonly title: string;
  /** Beside the title: what can be done with the page as a whole. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** Pages that were shown since the console was opened: the first one leaves the focus where the browser has put it. */
let pagesShown = 0;

/** Every page: its title is the window's too, and has the focus after a change of page, so that screen readers say it. */
export function Page({ title, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (pagesShown++ > 0) heading.current?.focus();
  }, []);
  return (
    <Stack gap="lg">
      <title>{`${title} · Outdial`}</title>
      <Group justify="space-between" gap="sm">
        <Title order={1} ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
          {title}
        </Title>
        {actions}
      </Group>
      {children}
    </Stack>
  );
}
