import { element } from './dom.ts';
import { percent } from './format.ts';
import type { Answer } from './network.ts';
import { text } from './text/text.ts';

/** Below this probability of the best answer the page says it is not sure: on labelled photos it then is mostly wrong. */
const SURE = 0.4;

export const isUnsure = (answer: Answer): boolean => (answer.predictions[0]?.probability ?? 0) < SURE;

/** The five best answers as bars; faint placeholders of the same height while the network runs. */
export class PredictionList extends HTMLElement {
  #note = element(
    'p',
    { class: 'unsure', hidden: true },
    element('strong', {}, text.answers.unsure.title),
    ` ${text.answers.unsure.detail}`,
  );
  #list = element('ol', { 'aria-label': text.answers.list });

  connectedCallback(): void {
    this.append(element('h2', { class: 'visually-hidden' }, text.answers.heading), this.#note, this.#list);
  }

  /** Takes the answers away and shows that new ones are on their way. */
  wait(): void {
    this.#list.replaceChildren();
    this.#note.hidden = true;
    this.dataset.waiting = '';
  }

  show(answer: Answer): void {
    delete this.dataset.waiting;
    const unsure = isUnsure(answer);
    this.#note.hidden = !unsure;
    this.toggleAttribute('data-unsure', unsure);
    this.#list.replaceChildren(...answer.predictions.map(row));
  }
}

function row({ index, label, probability }: Answer['predictions'][number]): HTMLLIElement {
  const bar = element('span', { class: 'bar', 'aria-hidden': 'true' }, element('span'));
  bar.style.setProperty('--share', String(probability));
  return element(
    'li',
    { 'data-index': index, 'data-label': label, 'data-probability': probability },
    element('span', { class: 'label' }, label),
    ' ',
    element('span', { class: 'percent' }, percent(probability)),
    bar,
  );
}

customElements.define('prediction-list', PredictionList);
