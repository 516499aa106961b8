import { text } from '../text/text.ts';
import { button } from './controls.ts';
import { element } from './dom.ts';

const words = text.about.embed;

/** A code sample with a button that copies it. */
export class CodeSample extends HTMLElement {
  #code: HTMLElement;
  #copy = button(words.copy, () => void this.#copied(), 'button small');
  #said = element('span', { class: 'visually-hidden', role: 'status' });

  constructor(name = '', code = '') {
    super();
    // Long lines scroll, by keyboard too.
    this.#code = element('pre', { tabindex: 0, role: 'region', 'aria-label': name }, element('code', {}, code));
  }

  connectedCallback(): void {
    this.append(this.#code, this.#copy, this.#said);
  }

  async #copied(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#code.textContent ?? '');
      this.#copy.textContent = words.copied;
      this.#said.textContent = words.copied;
    } catch {
      // Where a page may not write to the clipboard, the person can copy the selection.
      getSelection()?.selectAllChildren(this.#code);
    }
  }
}

customElements.define('code-sample', CodeSample);
