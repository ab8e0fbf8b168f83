import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useLayoutEffect } from 'react';

const SCHEME_ATTRIBUTE = 'data-mantine-color-scheme';

/** The wall has an appearance of its own; that of the other pages, which is stored, is as before when it is left. */
export function useOwnAppearance(appearance: 'dark' | 'light'): void {
  const elsewhere = useComputedColorScheme('light');
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.setAttribute(SCHEME_ATTRIBUTE, appearance);
    return () => {
      root.setAttribute(SCHEME_ATTRIBUTE, elsewhere);
    };
  }, [appearance, elsewhere]);
}

/** Keeps the screen on, where the browser and the power supply allow it. The browser drops the lock of a hidden page. */
export function useWakeLock(): void {
  useEffect(() => {
    if (!('wakeLock' in navigator)) return undefined;
    let isWanted = true;
    let lock: WakeLockSentinel | undefined;
    const ask = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return;
      try {
        lock = await navigator.wakeLock.request('screen');
        if (!isWanted) await lock.release();
      } catch {
        // Refused, as with a low battery: the wall works without.
      }
    };
    const askAgain = (): void => void ask();
    askAgain();
    document.addEventListener('visibilitychange', askAgain);
    return () => {
      isWanted = false;
      document.removeEventListener('visibilitychange', askAgain);
      void lock?.release();
    };
  }, []);
}
