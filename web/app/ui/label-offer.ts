import { useOwn } from '../store/choice.ts';
import { network } from '../store/network.ts';
import { own } from '../store/own.ts';
import { text } from '../text/text.ts';
import { button } from './controls.ts';
import { element } from './dom.ts';
import { imageNetLabels, lacksLabels } from './imagenet-labels.ts';
import { notices } from './notices.ts';
import { explain, isAbort, problemLine } from './problem.ts';

const words = text.model.own;

/** Offers ImageNet's labels below answers that are numbers, because the person's own model came without labels. */
export class LabelOffer extends HTMLElement {
  #button = button(words.imageNet, () => void this.#use(), 'button tool');

  connectedCallback(): void {
    this.append(element('p', {}, words.numbered), this.#button);
    network.state.subscribe(() => this.#update());
    own.subscribe(() => this.#update());
    this.hidden = true;
    this.#update();
  }

  #update(): void {
    if (network.net) this.hidden = !lacksLabels();
  }

  async #use(): Promise<void> {
    const model = own.get();
    if (!model) return;
    this.#button.disabled = true;
    try {
      await useOwn({ ...model, labels: await imageNetLabels() });
      this.previousElementSibling?.querySelector('button')?.focus(); // the answers, for this is hidden now
    } catch (error) {
      if (!isAbort(error)) notices.add(problemLine(explain(error)));
    } finally {
      this.#button.disabled = false;
    }
  }
}

customElements.define('label-offer', LabelOffer);
