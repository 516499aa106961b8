import { hashOf, state } from '../store/state.ts';
import { en, type Text } from './en.ts';

/** The page's languages by the first part of their tag. Only the one that is read is fetched; English is there. */
export const languages: Record<string, { name: string; tag: string; load: () => Promise<Text> }> = {
  en: { name: 'English', tag: 'en', load: async () => en },
  zh: { name: '简体中文', tag: 'zh-Hans', load: async () => (await import('./zh.ts')).zh },
};

/** Where a language that was chosen by hand is kept. */
export const languageKey = 'depthwise language';

/** Where a language waits for the page to be loaded anew. */
const nextKey = 'depthwise next language';

/** Brings about what speak was asked for before the page was loaded anew. */
function begin(): void {
  try {
    const next = sessionStorage.getItem(nextKey);
    if (next === null) return;
    sessionStorage.removeItem(nextKey);
    state.set({ lang: next }, { replace: true });
  } catch {
    // storage is refused
  }
}

begin();

/**
 * Loads the page anew in that language, which is remembered if it was chosen by hand. Address and storage change only when the page
 * is left, for it may ask first, and then stay.
 */
export function speak(lang: string, chosen = false): void {
  const leave = () => {
    sessionStorage.setItem(nextKey, lang);
    if (chosen) localStorage.setItem(languageKey, lang);
  };
  try {
    sessionStorage.removeItem(nextKey);
    addEventListener('pagehide', leave);
    // Whatever a person does here afterwards says that the page has stayed.
    const stay = () => removeEventListener('pagehide', leave);
    for (const input of ['pointerdown', 'keydown']) addEventListener(input, stay, { once: true, capture: true });
  } catch {
    history.replaceState(history.state, '', hashOf({ ...state.get(), lang })); // storage is refused: the address remembers it
  }
  location.reload();
}

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
