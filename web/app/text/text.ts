import { en, type Text } from './en.ts';

const languages: Record<string, Text> = { en };

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

export const text: Text = languages[language] ?? en;
