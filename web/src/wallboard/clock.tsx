import { Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useFormat } from '../i18n/use-format';

/** Shows that the screen itself has not stopped. */
export function Clock() {
  const { time } = useFormat();
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(new Date());
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return (
    <Text fw={600} role="timer">
      {time(now)}
    </Text>
  );
}
