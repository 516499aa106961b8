import type { Prediction } from '../../mobilenet/mobilenet.js';
import { text } from '../text/text.ts';
import { AnswerRow } from '../ui/answer-row.ts';
import { Component } from '../ui/component.ts';
import { element } from '../ui/dom.ts';

/** The best answer counts as sure from the one probability on, and as unsure again below the other (hysteresis). */
const SURE = 0.45;
const UNSURE = 0.35;
/** A name of more letters is written smaller where it is the headline. */
const LONG = 14;
/** Live percentages change no more often than this, in ms, so that they can be read. */
const READABLE = 250;

/**
 * The five best answers for live frames: rows stay in place and update only what has changed. Each is a button for its heat map:
 * 'why' is emitted with its class.
 */
export class CameraAnswers extends Component<{ why: number }> {
  #heading = element('h2');
  #rows = Array.from({ length: 5 }, () => new Row((index) => this.emit('why', index)));
  #sure = false;
  #writtenAt = 0;
  #asked: number | undefined;

  connectedCallback(): void {
    const list = element('ol', { 'aria-label': text.answers.list }, ...this.#rows.map(({ item }) => item));
    this.replaceChildren(this.#heading, list);
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
    for (const row of this.#rows) row.clear();
    this.#head(text.camera.looking);
  }

  /** Shows the answers, the best first: at once, or as often as a person can read where a time in ms is given. */
  show(predictions: readonly Prediction[], now?: number): void {
    this.#sure = (predictions[0]?.probability ?? 0) >= (this.#sure ? UNSURE : SURE);
    this.#head(this.#sure ? text.camera.sees : text.camera.unsure);
    const write = now === undefined || now - this.#writtenAt >= READABLE;
    if (write) this.#writtenAt = now ?? 0;
    for (const [i, row] of this.#rows.entries()) {
      const prediction = predictions[i];
      if (prediction) row.show(prediction, write);
      else row.clear();
      row.press(this.#asked);
    }
  }

  #head(words: string): void {
    this.toggleAttribute('data-unsure', !this.#sure);
    if (this.#heading.textContent !== words) this.#heading.textContent = words;
  }
}

class Row extends AnswerRow {
  override show(prediction: Prediction, changePercent: boolean): void {
    super.show(prediction, changePercent);
    this.label.classList.toggle('long', prediction.label.length > LONG);
  }
}

customElements.define('camera-answers', CameraAnswers);
