import { type MantineSize, Modal } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  /** Wider, for a form with many fields. */
  readonly size?: MantineSize;
  readonly children: ReactNode;
}

/**
 * A dialog that is there as long as its parent renders it, so that its form begins anew with each opening. Its first field
 * is marked `data-autofocus`; the focus returns to where it was.
 */
export function EntityDialog({ title, onClose, size = 'md', children }: DialogProps) {
  const { t } = useTranslation();
  const [opener] = useState(() => document.activeElement);
  // Mantine returns the focus when a dialog is closed, not when it is taken away.
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement) opener.focus();
    },
    [opener],
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={size}
      returnFocus={false}
      closeButtonProps={{ 'aria-label': t('actions.close') }}
    >
      {children}
    </Modal>
  );
}
