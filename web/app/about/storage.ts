import { offline, usage } from '../offline/offline.ts';
import { forgetTaught, taughtBytes } from '../teach/shared.ts';
import { taughtText } from '../text/taught.ts';
import { text } from '../text/text.ts';
import { ask } from '../ui/ask.ts';
import { button } from '../ui/controls.ts';
import { descriptions, element } from '../ui/dom.ts';
import { bytes } from '../ui/format.ts';

const words = text.about.offline;

/** What the page stores on this device, and a button that removes it. */
export class StorageReport extends HTMLElement {
  #state = element('p', { role: 'status' });
  #sizes = element('dl');
  #install = button(words.install, () => void offline.install());
  #clear = button(words.clear, () => void this.#clearAll());

  connectedCallback(): void {
    this.append(
      this.#state,
      element('p', {}, words.private),
      element('h3', {}, words.usage),
      this.#sizes,
      element('div', { class: 'actions' }, this.#install, this.#clear),
    );
    offline.state.subscribe(() => void this.update());
  }

  async #clearAll(): Promise<void> {
    if (!(await ask(words.ask, taughtText.asked, words.clear))) return;
    await forgetTaught();
    await offline.clear();
  }

  async update(): Promise<void> {
    const { phase, installable } = offline.state.get();
    this.#state.textContent = words.states[phase];
    this.#install.hidden = !installable;
    const { files, own, site } = await usage();
    const taught = await taughtBytes();
    const rows = descriptions([
      [words.files, bytes(files)],
      [words.own, own ? bytes(own) : undefined],
      [taughtText.usage, taught ? bytes(taught) : undefined],
      [words.site, site === undefined || phase === 'cleared' ? undefined : bytes(site)], // browsers count removed data for a while
    ]);
    this.#sizes.replaceChildren(...rows);
  }
}

customElements.define('storage-report', StorageReport);
