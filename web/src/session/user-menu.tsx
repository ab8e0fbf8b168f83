import { Button, Menu, Text } from '@mantine/core';
import { IconKey, IconLogout, IconUserCircle } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from './session';
import { useLogout } from './use-logout';

const PasswordChangeDialog = lazy(() => import('./password-change-dialog'));

/** Who is logged in, with the role; the own password, and the way out. */
export function UserMenu() {
  const { t } = useTranslation();
  const logout = useLogout();
  const { username, role } = useMe();
  const [isChanging, setIsChanging] = useState(false);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            px="xs"
            leftSection={<IconUserCircle size={20} stroke={1.7} aria-hidden />}
            aria-label={t('session.menu', { username })}
          >
            <Text span size="sm" visibleFrom="xs" truncate maw={160}>
              {username}
            </Text>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{`${username} · ${t(`roles.${role}`)}`}</Menu.Label>
          <Menu.Item
            leftSection={<IconKey size={16} aria-hidden />}
            onClick={() => {
              setIsChanging(true);
            }}
          >
            {t('passwordChange.title')}
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={logout}>
            {t('session.logout')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isChanging && (
        <Suspense>
          <PasswordChangeDialog
            onClose={() => {
              setIsChanging(false);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
