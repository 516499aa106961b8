import { language, languages, speak } from '../text/text.ts';
import { element } from '../ui/dom.ts';

/** The other language by its own name, so that someone who does not read this one finds it. */
export class LanguageSwitch extends HTMLElement {
  connectedCallback(): void {
    for (const [key, { name, tag }] of Object.entries(languages)) {
      if (key === language) continue;
      const button = element('button', { type: 'button', lang: tag }, name);
      button.addEventListener('click', () => speak(key, true));
      this.append(button);
    }
  }
}

customElements.define('language-switch', LanguageSwitch);
