import { text } from '../text/text.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { ModelPanel } from './panel.ts';

/** The sheet in which a model is chosen. */
export class ModelDialog extends HTMLElement {
  readonly panel = new ModelPanel();
  #dialog = element('dialog', { 'aria-label': text.model.heading });

  connectedCallback(): void {
    const { close } = text.notices;
    this.#dialog.append(
      button('×', () => this.close(), 'close', { 'aria-label': close, title: close }),
      this.panel,
    );
    // On the backdrop, which counts as the dialog itself.
    this.#dialog.addEventListener('click', ({ target }) => target === this.#dialog && this.close());
    this.append(this.#dialog);
  }

  get isOpen(): boolean {
    return this.#dialog.open;
  }

  open(): void {
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  close(): void {
    this.#dialog.close();
  }
}

customElements.define('model-dialog', ModelDialog);
