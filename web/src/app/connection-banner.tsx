import { Alert } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnection } from '../api/connection';

/** A connection that is back before anybody could read the banner is not spoken of. */
const GRACE_MS = 400;

export function ConnectionBanner() {
  const { t } = useTranslation();
  const { status } = useConnection();
  return (
    <div role="status">
      {status === 'LOST' && (
        <AfterGrace>
          <Alert
            color="orange"
            variant="outline"
            mb="md"
            icon={<IconPlugConnectedX aria-hidden />}
            title={t('connection.lostTitle')}
          >
            {t('connection.lost')}
          </Alert>
        </AfterGrace>
      )}
    </div>
  );
}

function AfterGrace({ children }: { readonly children: React.ReactNode }) {
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setIsOver(true);
    }, GRACE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return isOver ? children : null;
}
