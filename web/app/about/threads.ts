import { offline } from '../offline/offline.ts';
import { text } from '../text/text.ts';
import { checkbox } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';

const words = text.about.threads;

/** Whether the page is cross-origin isolated, by whom, and a switch where the page does it itself. */
export class ThreadsReport extends HTMLElement {
  #says = element('p');
  #allow = checkbox(words.allow, 'check', {}, (may) => void this.#isolate(may));

  connectedCallback(): void {
    this.#allow.label.hidden = true;
    this.append(this.#says, this.#allow.label);
    offline.state.subscribe(() => void this.update());
  }

  async #isolate(may: boolean): Promise<void> {
    await offline.isolate(may);
    await this.update(); // nothing changed where storage is unavailable
  }

  async update(): Promise<void> {
    const by = await offline.isolatedBy();
    const isolated = crossOriginIsolated || by === 'worker'; // a worker installed only now isolates from the next visit on
    const useless = crossOriginIsolated && typeof SharedArrayBuffer === 'undefined';
    this.#says.textContent = words[useless ? 'unshared' : isolated ? by : isSecureContext ? 'nobody' : 'insecure'];
    this.#allow.input.checked = by === 'worker';
    this.#allow.label.hidden = useless || by === 'host' || !offline.controlled;
  }
}

customElements.define('threads-report', ThreadsReport);
