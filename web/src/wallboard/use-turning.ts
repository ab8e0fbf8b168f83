import { useEffect, useState } from 'react';

const TURN_EVERY_MS = 15_000;

export interface Turning {
  /** From 0. */
  readonly page: number;
  readonly isPaused: boolean;
  readonly setIsPaused: (isPaused: boolean) => void;
}

/** Goes round through pages that do not fit together. */
export function useTurning(pages: number): Turning {
  const [turns, setTurns] = useState(0);
  const [isPaused, setIsPaused] = useState(false);
  useEffect(() => {
    if (isPaused || pages < 2) return undefined;
    const timer = setInterval(() => {
      setTurns((before) => before + 1);
    }, TURN_EVERY_MS);
    return () => {
      clearInterval(timer);
    };
  }, [isPaused, pages]);
  return { page: turns % Math.max(1, pages), isPaused, setIsPaused };
}
