import { Button, Menu } from '@mantine/core';
import { IconLanguage } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, type Language, languages } from '../i18n/language';
import { useFormat } from '../i18n/use-format';

/** Each language by its own name, whatever the present one is. */
export function LanguageMenu() {
  const { t } = useTranslation();
  const { language } = useFormat();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          px="xs"
          leftSection={<IconLanguage size={20} stroke={1.7} aria-hidden />}
          aria-label={`${language.toUpperCase()}: ${t('shell.language')}`}
        >
          {language.toUpperCase()}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(languages) as Language[]).map((name) => (
          <Menu.Item key={name} lang={name} aria-current={name === language} onClick={() => void chooseLanguage(name)}>
            {languages[name]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
