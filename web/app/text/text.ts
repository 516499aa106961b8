import { state } from '../store/state.ts';
import { en, type Text } from './en.ts';

/** The page's languages by the first part of their tag. Only the one that is read is fetched; English is there. */
export const languages: Record<string, { name: string; tag: string; load: () => Promise<Text> }> = {
  en: { name: 'English', tag: 'en', load: async () => en },
  zh: { name: '简体中文', tag: 'zh-Hans', load: async () => (await import('./zh.ts')).zh },
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

/** The language of the address, or else the one chosen by hand, or the first of the browser's list that the page has. */
export const language =
  [state.get().lang, chosen() ?? '', ...navigator.languages]
    .map((tag) => tag.split('-', 1)[0] ?? '')
    .find((tag) => Object.hasOwn(languages, tag)) ?? 'en';

const loaded = await languages[language]?.load().catch(() => undefined);

/** The whole tag of the language, for the page's lang attribute. */
export const languageTag = (loaded && languages[language]?.tag) ?? 'en';

export const text: Text = loaded ?? en;
