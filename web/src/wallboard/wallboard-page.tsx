import { ActionIcon, Group, Text } from '@mantine/core';
import { useDisclosure, useElementSize, useFullscreenDocument } from '@mantine/hooks';
import {
  IconArrowLeft,
  IconLayoutGridAdd,
  IconMaximize,
  IconMinimize,
  IconMoon,
  IconPlayerPause,
  IconPlayerPlay,
  IconSun,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ConnectionBanner } from '../app/connection-banner';
import { CampaignTile } from './campaign-tile';
import { ChooseCampaignsDialog } from './choose-campaigns-dialog';
import { Clock } from './clock';
import { useOwnAppearance, useWakeLock } from './use-screen';
import { useTurning } from './use-turning';
import { useWallChoice } from './use-wall-choice';
import { layOutWall } from './wall-layout';
import classes from './wallboard-page.module.css';

/** Chosen campaigns on a screen that nobody sits at; on a telephone, a list of them. */
export function Component() {
  const { t } = useTranslation();
  const choice = useWallChoice();
  const { campaignIds, appearance } = choice;
  const [isChoosing, { open, close }] = useDisclosure(campaignIds.length === 0);
  const { ref, width, height } = useElementSize<HTMLElement>();
  const { columns, rows, pages } = layOutWall(Math.max(1, campaignIds.length), width, height);
  const turning = useTurning(pages);
  const firstShown = turning.page * columns * rows;
  useOwnAppearance(appearance);
  useWakeLock();
  return (
    <div className={classes.wall}>
      <title>{`${t('tabs.wallboard')} · Outdial`}</title>
      <Group component="header" justify="space-between" gap="xs" className={classes.header ?? ''}>
        <Group gap="xs">
          <ActionIcon component={Link} to="/campaigns" variant="subtle" color="gray" aria-label={t('wallboard.leave')}>
            <IconArrowLeft size={20} aria-hidden />
          </ActionIcon>
          <h1 className={classes.title}>{t('tabs.wallboard')}</h1>
        </Group>
        <Group gap="xs">
          <Clock />
          {pages > 1 && (
            <>
              <Text className={classes.turning ?? ''}>{t('wallboard.page', { page: turning.page + 1, pages })}</Text>
              <WallButton
                icon={turning.isPaused ? IconPlayerPlay : IconPlayerPause}
                label={turning.isPaused ? t('wallboard.turnOn') : t('wallboard.pause')}
                className={classes.turning}
                onClick={() => {
                  turning.setIsPaused(!turning.isPaused);
                }}
              />
            </>
          )}
          <WallButton icon={IconLayoutGridAdd} label={t('wallboard.choose')} onClick={open} />
          <WallButton
            icon={appearance === 'dark' ? IconSun : IconMoon}
            label={appearance === 'dark' ? t('wallboard.light') : t('wallboard.dark')}
            onClick={() => {
              choice.setAppearance(appearance === 'dark' ? 'light' : 'dark');
            }}
          />
          <FullScreenButton />
        </Group>
      </Group>
      <ConnectionBanner />
      <main
        ref={ref}
        className={classes.grid}
        style={{ '--wall-columns': columns, '--wall-rows': rows } as React.CSSProperties}
      >
        {campaignIds.length === 0 && <Text>{t('wallboard.nothingChosen')}</Text>}
        {campaignIds.map((id, index) => (
          <CampaignTile
            key={id}
            campaignId={id}
            isHidden={index < firstShown || index >= firstShown + columns * rows}
          />
        ))}
      </main>
      {isChoosing && <ChooseCampaignsDialog chosen={campaignIds} onChoose={choice.setCampaignIds} onClose={close} />}
    </div>
  );
}

interface WallButtonProps {
  readonly icon: typeof IconSun;
  readonly label: string;
  readonly className?: string | undefined;
  readonly onClick: () => void;
}

function WallButton({ icon: Icon, label, className = '', onClick }: WallButtonProps) {
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} className={className} onClick={onClick}>
      <Icon size={20} aria-hidden />
    </ActionIcon>
  );
}

function FullScreenButton() {
  const { t } = useTranslation();
  const { fullscreen, toggle } = useFullscreenDocument();
  if (!document.fullscreenEnabled) return null;
  return (
    <WallButton
      icon={fullscreen ? IconMinimize : IconMaximize}
      label={fullscreen ? t('wallboard.window') : t('wallboard.fullScreen')}
      onClick={() => void toggle()}
    />
  );
}
