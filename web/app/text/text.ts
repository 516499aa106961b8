import { en, type Text } from './en.ts';

/** By the first part of their tag. */
export const languages: Record<string, { name: string; tag: string; text: Text }> = {
  en: { name: 'English', tag: 'en', text: en },
};

/** Where a language that was chosen by hand is kept. */
export const languageKey = 'depthwise language';

function chosen(): string | null {
  try {
    return localStorage.getItem(languageKey);
  } catch {
    return null; // storage is refused
  }
}

/** The language chosen by hand, or else the first of the browser's list that the page has. */
export const language =
  [chosen() ?? '', ...navigator.languages].map((tag) => tag.split('-', 1)[0] ?? '').find((tag) => tag in languages) ??
  'en';

/** The whole tag of the language, for the page's lang attribute. */
export const languageTag = languages[language]?.tag ?? 'en';

export const text: Text = languages[language]?.text ?? en;
