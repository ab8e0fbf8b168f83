import { AppShell, Burger, Container, Group, NavLink, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation } from 'react-router';
import { useMe } from '../session/session';
import { UserMenu } from '../session/user-menu';
import { AppearanceMenu } from './appearance-menu';
import { ConnectionBanner } from './connection-banner';
import { LanguageMenu } from './language-menu';
import logo from './logo.svg';
import { tabs, tabsOf } from './navigation';
import classes from './shell.module.css';

/** What is around every page: the tabs of the role, the menus, and the state of the connection. */
export function Shell() {
  const { t } = useTranslation();
  const [isOpen, { toggle, close }] = useDisclosure();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
      classNames={{ main: classes.main ?? '', header: classes.header ?? '', navbar: classes.navbar ?? '' }}
    >
      <a href="#content" className={classes.skip}>
        {t('shell.skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t('shell.menu')}
              aria-expanded={isOpen}
            />
            <UnstyledButton component={Link} to="/" aria-label={t('shell.home')}>
              <Group gap="xs" wrap="nowrap">
                <img src={logo} alt="" width={30} height={30} />
                <Text fw={650} size="lg" visibleFrom="xs">
                  Outdial
                </Text>
              </Group>
            </UnstyledButton>
          </Group>
          <Group gap={4} wrap="nowrap">
            <LanguageMenu />
            <AppearanceMenu />
            <UserMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t('shell.navigation')}>
        <Tabs onOpen={close} />
      </AppShell.Navbar>
      <AppShell.Main>
        <ConnectionBanner />
        <Container size="xl" px={0} id="content" tabIndex={-1} className={classes.content ?? ''}>
          <Outlet />
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}

function Tabs({ onOpen }: { readonly onOpen: () => void }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return tabsOf(useMe().role).map((name) => {
    const { path, icon: Icon } = tabs[name];
    const isCurrent = pathname === path || pathname.startsWith(`${path}/`);
    return (
      <NavLink
        key={name}
        component={Link}
        to={path}
        label={t(`tabs.${name}`)}
        leftSection={<Icon size={19} stroke={1.7} aria-hidden />}
        active={isCurrent}
        aria-current={isCurrent ? 'page' : undefined}
        onClick={onOpen}
        className={classes.tab ?? ''}
      />
    );
  });
}
