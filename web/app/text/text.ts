import { en, type Text } from './en.ts';

const languages: Record<string, Text> = { en };

/** The first language of the browser's list that the page has. */
export const language =
  navigator.languages.map((tag) => tag.split('-', 1)[0] ?? '').find((tag) => tag in languages) ?? 'en';

export const text: Text = languages[language] ?? en;
