import { load } from '../../mobilenet/mobilenet.js';
import { state } from '../store/state.ts';
import { convertText } from '../text/convert.ts';
import { bar } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { chance } from '../ui/format.ts';
import { triedFile, triedPhoto } from '../ui/tried-photo.ts';

const words = convertText.answers;

/** What a converted model sees in the photo at hand, or in a sample. */
export class ConvertAnswers extends HTMLElement {
  #heading = element('h3');
  #line = element('p', { class: 'quiet' });
  #list = element('ol');
  #work = new AbortController();

  connectedCallback(): void {
    if (this.hasChildNodes()) return;
    this.append(this.#heading, this.#line, this.#list);
  }

  /** Runs the model in a worker of its own; what ran before is ended. */
  async show(model: Blob, classes: number, labels: readonly string[] | undefined): Promise<void> {
    this.stop();
    const { signal } = this.#work;
    this.#heading.textContent = words.heading(triedPhoto());
    this.#list.setAttribute('aria-label', words.heading(triedPhoto()));
    this.#list.replaceChildren();
    this.#line.textContent = classes > 0 ? words.waiting : words.none;
    if (classes === 0) return;
    try {
      const net = await load({ model, signal, ...(labels && { labels }) });
      try {
        const photo = await triedFile();
        const { predictions } = await net.classify(photo, { topK: 3, crop: state.get().crop, signal });
        if (signal.aborted) return;
        this.#line.textContent = '';
        this.#list.replaceChildren(
          ...predictions.map(({ index, label, probability }) =>
            element(
              'li',
              { 'data-index': index, 'data-label': label },
              element('span', {}, label),
              element('strong', {}, chance(probability)),
              bar(probability),
            ),
          ),
        );
      } finally {
        void net.close();
      }
    } catch {
      if (!signal.aborted) this.#line.textContent = words.failed;
    }
  }

  stop(): void {
    this.#work.abort();
    this.#work = new AbortController();
  }
}

customElements.define('convert-answers', ConvertAnswers);
