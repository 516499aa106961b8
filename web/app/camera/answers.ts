import type { Prediction } from '../../mobilenet/mobilenet.js';
import { text } from '../text/text.ts';
import { AnswerList, type Verdict } from '../ui/answer-list.ts';
import { AnswerRow } from '../ui/answer-row.ts';
import { Component } from '../ui/component.ts';

/** The best answer counts as sure from the one probability on, and as unsure again below the other (hysteresis). */
const SURE = 0.45;
const UNSURE = 0.35;
/** A name of more letters is written smaller where it is the headline. */
const LONG = 14;
/** Live answers change places and percentages no more often than this, in ms, so that they can be read. */
const READABLE = 250;

/**
 * The five best answers for live frames: rows stay in place and update only what has changed. Each is a button for its heat map:
 * 'why' is emitted with its class.
 */
export class CameraAnswers extends Component<{ why: number }> {
  #answers = new AnswerList();
  #rows = Array.from({ length: 5 }, () => new Row((index) => this.emit('why', index)));
  #sure = false;
  #writtenAt = 0;
  #shown: Prediction[] = [];
  #asked: number | undefined;

  connectedCallback(): void {
    this.#answers.list.replaceChildren(...this.#rows.map(({ item }) => item));
    this.replaceChildren(this.#answers.element);
    this.clear();
  }

  get sure(): boolean {
    return this.#sure;
  }

  /** The class that is asked about. */
  get asked(): number | undefined {
    return this.#asked;
  }

  set asked(index: number | undefined) {
    this.#asked = index;
    for (const row of this.#rows) row.press(index);
  }

  clear(): void {
    this.#sure = false;
    this.#shown = [];
    for (const row of this.#rows) row.clear();
    this.#say('waiting');
  }

  /**
   * Shows the best five of the predictions, the most probable first: at once, or, where a time in ms is given, in an order and with
   * percentages that change no more often than can be read. Of what is none of the classes the model is not sure. Returns what it shows.
   */
  show(predictions: readonly Prediction[], now?: number, none = false): Prediction[] {
    const kept = this.#shown.flatMap(({ index }) => predictions.find((p) => p.index === index) ?? []);
    const write =
      now === undefined || now - this.#writtenAt >= READABLE || kept.length < Math.min(5, predictions.length);
    if (write) this.#writtenAt = now ?? 0;
    this.#shown = write ? order(predictions, now === undefined ? [] : kept) : kept;
    this.#sure = !none && (this.#shown[0]?.probability ?? 0) >= (this.#sure ? UNSURE : SURE);
    this.#say(this.#sure ? 'sure' : 'unsure');
    for (const [i, row] of this.#rows.entries()) {
      const prediction = this.#shown[i];
      if (prediction) row.show(prediction, write);
      else row.clear();
      row.press(this.#asked);
    }
    return this.#shown;
  }

  #say(verdict: Verdict): void {
    this.toggleAttribute('data-unsure', verdict === 'unsure');
    this.#answers.say(verdict, text.camera.looking);
  }
}

/** The best five. Those that read alike stand as before, so that near ones do not swap to and fro. */
function order(predictions: readonly Prediction[], before: readonly Prediction[]): Prediction[] {
  const others = predictions.filter((p) => !before.includes(p));
  const read = ({ probability }: Prediction) => Math.round(1000 * probability);
  return [...before, ...others].sort((a, b) => read(b) - read(a)).slice(0, 5);
}

class Row extends AnswerRow {
  override show(prediction: Prediction, changePercent: boolean): void {
    super.show(prediction, changePercent);
    this.label.classList.toggle('long', prediction.label.length > LONG);
  }
}

customElements.define('camera-answers', CameraAnswers);
