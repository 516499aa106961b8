import type { Classification } from '../../mobilenet/mobilenet.js';
import { network } from '../store/network.ts';
import { text } from '../text/text.ts';
import { AnswerRow } from './answer-row.ts';
import { Component } from './component.ts';
import { element } from './dom.ts';
import { count } from './format.ts';

/** Below this probability of the best prediction the page says that it is unsure: on labelled photos it then is mostly wrong. */
const SURE = 0.4;

export const isUnsure = ({ predictions }: Pick<Classification, 'predictions'>): boolean =>
  (predictions[0]?.probability ?? 0) < SURE;

/**
 * The five best predictions as bars; faint placeholders of the same height while the network runs. Each is a toggle button: 'why'
 * is emitted when one is pressed or released, and `chosen` is its class.
 */
export class PredictionList extends Component<{ why: undefined }> {
  #unsureDetail = element('span');
  #note = element(
    'p',
    { class: 'unsure', hidden: true },
    element('strong', {}, text.answers.unsure.title),
    ' ',
    this.#unsureDetail,
  );
  #list = element('ol', { 'aria-label': text.answers.list });
  #hint = element('p', { class: 'hint-why', hidden: true }, text.answers.hint);
  #rows: AnswerRow[] = [];
  #chosen: number | undefined;

  connectedCallback(): void {
    this.append(element('h2', { class: 'visually-hidden' }, text.answers.heading), this.#note, this.#list, this.#hint);
  }

  /** The class of the pressed button. */
  get chosen(): number | undefined {
    return this.#chosen;
  }

  /** Replaces the predictions by placeholders. */
  wait(): void {
    this.#rows = [];
    this.#list.replaceChildren();
    this.#note.hidden = this.#hint.hidden = true;
    this.#chosen = undefined;
    this.dataset.waiting = '';
  }

  /** Shows predictions. Existing rows are reused, so that changes are animated. */
  show(classification: Classification): void {
    delete this.dataset.waiting;
    const { predictions } = classification;
    const unsure = isUnsure(classification);
    this.#note.hidden = !unsure;
    this.#unsureDetail.textContent = text.answers.unsure.detail(count(network.net?.info.classes ?? predictions.length));
    this.#hint.hidden = false;
    this.toggleAttribute('data-unsure', unsure);
    for (const row of this.#rows.splice(predictions.length)) row.item.remove();
    if (!predictions.some(({ index }) => index === this.#chosen)) this.#chosen = undefined;
    for (const [i, prediction] of predictions.entries()) {
      let row = this.#rows[i];
      if (!row) {
        row = new AnswerRow((index) => this.#choose(index));
        this.#rows.push(row);
        this.#list.append(row.item);
      }
      row.show(prediction);
      row.press(this.#chosen);
    }
  }

  #choose(index: number): void {
    this.#chosen = index === this.#chosen ? undefined : index;
    for (const row of this.#rows) row.press(this.#chosen);
    this.emit('why');
  }
}

customElements.define('prediction-list', PredictionList);
