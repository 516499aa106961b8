import { text } from '../text/text.ts';
import { offline } from './offline.ts';

/** What the page promises, as far as it can be kept by now. */
export class PrivacyLine extends HTMLElement {
  connectedCallback(): void {
    offline.state.subscribe(() => this.#update());
    this.#update();
  }

  #update(): void {
    const words = offline.state.get().phase === 'ready' ? text.footer.offline : text.footer.privacy;
    if (this.textContent !== words) this.textContent = words;
  }
}

customElements.define('privacy-line', PrivacyLine);
