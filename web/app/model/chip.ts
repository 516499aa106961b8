import { isTaught } from '../store/choice.ts';
import { network, thingsOf } from '../store/network.ts';
import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';
import { shortName } from '../ui/format.ts';
import { modelName, thingsLine } from '../ui/model-name.ts';

const words = text.model.chip;

/** A button with the model in use, which opens the sheet where another one is chosen. */
export class ModelChip extends HTMLElement {
  #name = element('span', { class: 'name' });
  #things = element('span', { class: 'things' });
  #open: () => void;

  constructor(open: () => void) {
    super();
    this.#open = open;
  }

  connectedCallback(): void {
    const button = element(
      'button',
      { type: 'button', 'aria-haspopup': 'dialog' },
      element('span', { class: 'visually-hidden' }, words.model),
      this.#name,
      this.#things,
    );
    button.addEventListener('click', () => this.#open());
    this.append(button);
    network.state.subscribe(() => this.#update());
    this.#update();
  }

  #update(): void {
    const { net } = network;
    if (!net) {
      this.#name.textContent = network.state.get().phase === 'failed' ? words.none : words.loading;
      this.#things.textContent = '';
      return;
    }
    const { model } = network.choice;
    // A file that was taught has the name of its project, and that may be another one by now where it is here.
    const called = net.info.noneOfThese && !isTaught() ? net.info.file.name : '';
    this.#name.textContent = model instanceof File ? shortName(called || model.name, 24) : modelName(net.info);
    const things = thingsOf(net);
    this.#things.textContent = things > 0 ? thingsLine(things) : words.embeddings;
  }
}

customElements.define('model-chip', ModelChip);
