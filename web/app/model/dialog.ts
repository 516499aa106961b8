import { text } from '../text/text.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { showModal } from '../ui/notices.ts';
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
    // A click on the backdrop counts as one on the dialog itself, and so does one that began within and ends outside.
    let outside = false;
    this.#dialog.addEventListener('pointerdown', (event) => {
      outside = this.#isOutside(event);
    });
    this.#dialog.addEventListener('click', (event) => {
      if (outside && this.#isOutside(event)) this.close();
    });
    this.append(this.#dialog);
  }

  get isOpen(): boolean {
    return this.#dialog.open;
  }

  open(): void {
    if (this.#dialog.open) return;
    this.panel.shown();
    showModal(this.#dialog);
  }

  close(): void {
    this.#dialog.close();
  }

  #isOutside({ target, clientX: x, clientY: y }: MouseEvent): boolean {
    const { left, right, top, bottom } = this.#dialog.getBoundingClientRect();
    return target === this.#dialog && (x < left || x > right || y < top || y > bottom);
  }
}

customElements.define('model-dialog', ModelDialog);
