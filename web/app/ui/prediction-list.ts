import type { Classification } from '../../mobilenet/mobilenet.js';
import { text } from '../text/text.ts';
import { AnswerRow } from './answer-row.ts';
import { Component } from './component.ts';
import { element } from './dom.ts';

/** Below this probability of the best answer the page says it is not sure: on labelled photos it then is mostly wrong. */
const SURE = 0.4;

export const isUnsure = ({ predictions }: Pick<Classification, 'predictions'>): boolean =>
  (predictions[0]?.probability ?? 0) < SURE;

/**
 * The five best answers as bars; faint placeholders of the same height while the network runs. Each is a button that asks why:
 * 'why' is fired when one is pressed or let go, and `chosen` is its class.
 */
export class PredictionList extends Component<{ why: undefined }> {
  #note = element(
    'p',
    { class: 'unsure', hidden: true },
    element('strong', {}, text.answers.unsure.title),
    ` ${text.answers.unsure.detail}`,
  );
  #list = element('ol', { 'aria-label': text.answers.list });
  #hint = element('p', { class: 'hint-why', hidden: true }, text.answers.hint);
  #rows: AnswerRow[] = [];
  #chosen: number | undefined;

  connectedCallback(): void {
    this.append(element('h2', { class: 'visually-hidden' }, text.answers.heading), this.#note, this.#list, this.#hint);
  }

  /** The class that is asked about. */
  get chosen(): number | undefined {
    return this.#chosen;
  }

  /** Takes the answers away and shows that new ones are on their way. */
  wait(): void {
    this.#rows = [];
    this.#list.replaceChildren();
    this.#note.hidden = this.#hint.hidden = true;
    this.#chosen = undefined;
    this.dataset.waiting = '';
  }

  /** Shows the answers. Rows that are there stay, so that a change is seen as one. */
  show(classification: Classification): void {
    delete this.dataset.waiting;
    const { predictions } = classification;
    const unsure = isUnsure(classification);
    this.#note.hidden = !unsure;
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
