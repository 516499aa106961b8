import { text } from '../text/text.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { offline } from './offline.ts';

/** Says that a new version of the page is ready, with a button that shows it. */
export class UpdateNotice extends HTMLElement {
  #show = button(text.update.show, () => offline.renew(), 'button small');

  connectedCallback(): void {
    this.setAttribute('aria-live', 'polite'); // the page's one status is the network's
    offline.state.subscribe(({ updated }) => {
      if (updated && !this.firstChild) this.append(element('span', {}, text.update.ready), this.#show);
    });
  }
}

customElements.define('update-notice', UpdateNotice);
