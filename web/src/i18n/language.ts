import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

/** The console's languages by their own names, as the reader of each looks for them. */
export const languages = { en: 'English', es: 'Español', pt: 'Português', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

const STORED_AS = 'outdial.language';

/** Each is a file of its own: a visitor fetches one of them. */
const dictionaries = {
  en: () => import('./en.json'),
  es: () => import('./es.json'),
  pt: () => import('./pt.json'),
  de: () => import('./de.json'),
};

/** To be awaited before anything is shown. */
export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: {},
    partialBundledLanguages: true,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await showLanguage(firstLanguage());
}

/** Changes the language at once and for the next visits of this browser. */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORED_AS, language);
  await showLanguage(language);
}

export function isLanguage(text: string | null | undefined): text is Language {
  return text != null && text in languages;
}

async function showLanguage(language: Language): Promise<void> {
  const { default: dictionary } = await dictionaries[language]();
  i18next.addResourceBundle(language, 'translation', dictionary);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** The one that was chosen before, else the first of the browser's that there is. */
function firstLanguage(): Language {
  const wanted = [localStorage.getItem(STORED_AS), ...navigator.languages.map((tag) => tag.split('-')[0])];
  return wanted.find(isLanguage) ?? 'en';
}
