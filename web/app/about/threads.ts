import { offline } from '../offline/offline.ts';
import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';

const words = text.about.threads;

/** Whether the page is isolated, by whom, and the switch where that is the page itself. */
export class ThreadsReport extends HTMLElement {
  #says = element('p');
  #may = element('input', { type: 'checkbox' });
  #switch = element('label', { class: 'check', hidden: true }, this.#may, element('span', {}, words.allow));

  connectedCallback(): void {
    this.append(this.#says, this.#switch);
    this.#may.addEventListener('change', async () => {
      await offline.isolate(this.#may.checked);
      void this.update();
    });
    offline.state.subscribe(() => void this.update());
  }

  async update(): Promise<void> {
    const by = await offline.isolatedBy();
    const isolated = crossOriginIsolated || by === 'worker'; // which may have come only now, and isolates from the next visit on
    const useless = crossOriginIsolated && typeof SharedArrayBuffer === 'undefined';
    this.#says.textContent = words[useless ? 'unshared' : isolated ? by : isSecureContext ? 'nobody' : 'insecure'];
    this.#may.checked = by === 'worker';
    this.#switch.hidden = useless || by === 'host' || !offline.controlled;
  }
}

customElements.define('threads-report', ThreadsReport);
