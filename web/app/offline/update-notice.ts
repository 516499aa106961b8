import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';
import { offline } from './offline.ts';

/** Says that a new version of the page is there, and shows it when told to. */
export class UpdateNotice extends HTMLElement {
  #show = element('button', { type: 'button', class: 'button small' }, text.update.show);

  connectedCallback(): void {
    this.setAttribute('aria-live', 'polite'); // the page's one status is the network's
    this.#show.addEventListener('click', () => offline.renew());
    offline.state.subscribe(({ updated }) => {
      if (updated && !this.firstChild) this.append(element('span', {}, text.update.ready), this.#show);
    });
  }
}

customElements.define('update-notice', UpdateNotice);
