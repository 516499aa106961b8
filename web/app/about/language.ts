import { language, languageKey, languages } from '../text/text.ts';
import { element } from '../ui/dom.ts';

/** The other language, by its own name: who does not read this one still finds it. */
export class LanguageSwitch extends HTMLElement {
  connectedCallback(): void {
    for (const [key, { name, tag }] of Object.entries(languages)) {
      if (key === language) continue;
      const button = element('button', { type: 'button', lang: tag }, name);
      button.addEventListener('click', () => {
        try {
          localStorage.setItem(languageKey, key);
        } catch {
          return; // the page could not know it after it is loaded anew
        }
        location.reload();
      });
      this.append(button);
    }
  }
}

customElements.define('language-switch', LanguageSwitch);
