import type { Classification, Prediction } from '../../mobilenet/mobilenet.js';
import { imagenet } from '../store/imagenet.ts';
import { network } from '../store/network.ts';
import { text } from '../text/text.ts';
import { AnswerList } from './answer-list.ts';
import { AnswerRow } from './answer-row.ts';
import { Component } from './component.ts';
import { element } from './dom.ts';

/** Below this probability of the best prediction the page says that it is unsure: on labelled photos it then is mostly wrong. */
const SURE = 0.4;

/** Where a model can tell, what it says to be none of its classes is unsure too. */
export const isUnsure = ({ predictions, noneOfThese }: Pick<Classification, 'predictions' | 'noneOfThese'>): boolean =>
  noneOfThese || (predictions[0]?.probability ?? 0) < SURE;

/** What a question mark behind a label means; hidden, until there is one. */
export const unsureLegend = () =>
  element('p', { class: 'unsure-legend', hidden: true }, ` ${text.answers.unsure.legend}`);

/**
 * The five best predictions as bars; faint placeholders of the same height while the network runs. Each is a toggle button: 'why'
 * is emitted when one is pressed or released, and `chosen` is its class. A quiet line says what the best one means, and one below
 * the list, in the place of the hint, what another one that is pressed means.
 */
export class PredictionList extends Component<{ why: undefined }> {
  #answers = new AnswerList();
  #hint = element('p', { class: 'hint-why', hidden: true });
  #gloss = element('span', { class: 'gloss', lang: 'en' });
  #rows: AnswerRow[] = [];
  #predictions: readonly Prediction[] = [];
  /** How many outputs the model has. */
  #outputs = 0;
  #chosen: number | undefined;

  connectedCallback(): void {
    this.append(this.#answers.element, this.#hint);
    imagenet.subscribe(() => this.#explain());
    network.state.subscribe(() => this.#prepare());
    this.#prepare();
  }

  /** The class of the pressed button. */
  get chosen(): number | undefined {
    return this.#chosen;
  }

  /** Replaces the predictions by placeholders. */
  wait(): void {
    this.#rows = [];
    this.#answers.list.replaceChildren();
    this.#answers.say('waiting');
    this.#hint.hidden = false; // it keeps its room
    this.#hint.textContent = '';
    this.#chosen = undefined;
    this.dataset.waiting = '';
  }

  /** Shows predictions of a model with so many outputs. Existing rows are reused, so that changes are animated. */
  show(classification: Classification, outputs: number): void {
    delete this.dataset.waiting;
    const { predictions } = classification;
    this.#predictions = predictions;
    this.#outputs = outputs;
    const unsure = isUnsure(classification);
    this.#answers.say(unsure ? 'unsure' : 'sure');
    this.#hint.hidden = false;
    this.toggleAttribute('data-unsure', unsure);
    for (const row of this.#rows.splice(predictions.length)) row.item.remove();
    if (!predictions.some(({ index }) => index === this.#chosen)) this.#chosen = undefined;
    for (const [i, prediction] of predictions.entries()) {
      let row = this.#rows[i];
      if (!row) {
        row = new AnswerRow((index) => this.#choose(index));
        this.#rows.push(row);
        this.#answers.list.append(row.item);
      }
      row.show(prediction);
      row.press(this.#chosen);
    }
    this.#rows[0]?.add(this.#gloss);
    this.#gloss.hidden = !imagenet.fits(outputs);
    this.#explain();
    imagenet.need(outputs);
  }

  #choose(index: number): void {
    this.#chosen = index === this.#chosen ? undefined : index;
    for (const row of this.#rows) row.press(this.#chosen);
    this.#explain();
    imagenet.need(this.#outputs);
    this.emit('why');
  }

  /** Once the model is there, asks what its classes mean: then opening a photo need not ask for anything. */
  #prepare(): void {
    const { net } = network;
    if (net) whenIdle(() => imagenet.need(net.info.classes));
  }

  /** Says what the best prediction means, and the pressed one if it is another, as far as that is known. */
  #explain(): void {
    const [best] = this.#predictions;
    this.#gloss.textContent = (best && imagenet.meaningOf(best, this.#outputs)?.gloss) ?? '';
    const pressed = this.#predictions.find(({ index }) => index === this.#chosen);
    const meaning = pressed && pressed !== best && imagenet.meaningOf(pressed, this.#outputs);
    if (meaning) this.#hint.replaceChildren(element('span', { lang: 'en' }, `${pressed.label}: ${meaning.gloss}`));
    else this.#hint.textContent = text.answers.hint;
  }
}

/** Safari has no idle callbacks. */
const whenIdle = (act: () => void): unknown =>
  'requestIdleCallback' in globalThis ? requestIdleCallback(act) : setTimeout(act, 200);

customElements.define('prediction-list', PredictionList);
