import { Badge } from '@mantine/core';
import type { ReactNode } from 'react';

interface StateBadgeProps {
  /** What the colour says is said by the text too. */
  readonly tone: 'good' | 'bad' | 'waiting' | 'off';
  readonly children: ReactNode;
}

const colors = { good: 'pine', bad: 'red', waiting: 'orange', off: 'gray' } as const;

export function StateBadge({ tone, children }: StateBadgeProps) {
  return (
    <Badge variant="dot" color={colors[tone]} tt="none" fw={500} size="md">
      {children}
    </Badge>
  );
}
