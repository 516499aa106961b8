import type { Prediction } from '../mobilenet/mobilenet.js';
import { element } from './dom.ts';
import { percent } from './format.ts';
import { text } from './text/text.ts';

/** The best answer counts as sure from the one probability on, and as unsure again below the other: no toing and froing. */
const SURE = 0.45;
const UNSURE = 0.35;
/** Live percentages change no more often than this, in ms, so that they can be read. */
const READABLE = 250;

/** The five best answers to a picture that changes: rows that stay where they are and change only what is new. */
export class CameraAnswers extends HTMLElement {
  #heading = element('h2');
  #rows = Array.from({ length: 5 }, () => new Row());
  #sure = false;
  #writtenAt = 0;

  connectedCallback(): void {
    this.append(
      this.#heading,
      element('ol', { 'aria-label': text.answers.list }, ...this.#rows.map(({ item }) => item)),
    );
    this.clear();
  }

  get sure(): boolean {
    return this.#sure;
  }

  clear(): void {
    this.#sure = false;
    for (const row of this.#rows) row.clear();
    this.#head(text.camera.looking);
  }

  /** Shows what is seen at a time in ms, the best first. */
  show(predictions: readonly Prediction[], now: number): void {
    this.#sure = (predictions[0]?.probability ?? 0) >= (this.#sure ? UNSURE : SURE);
    this.#head(this.#sure ? text.camera.sees : text.camera.unsure);
    const write = now - this.#writtenAt >= READABLE;
    if (write) this.#writtenAt = now;
    for (const [i, row] of this.#rows.entries()) {
      const prediction = predictions[i];
      if (prediction) row.show(prediction, write);
      else row.clear();
    }
  }

  #head(words: string): void {
    this.toggleAttribute('data-unsure', !this.#sure);
    if (this.#heading.textContent !== words) this.#heading.textContent = words;
  }
}

class Row {
  #label = element('span', { class: 'label' });
  #percent = element('span', { class: 'percent' });
  #bar = element('span', { class: 'bar', 'aria-hidden': 'true' }, element('span'));
  readonly item = element('li', { hidden: true }, this.#label, ' ', this.#percent, this.#bar);

  clear(): void {
    this.item.hidden = true;
    this.#label.textContent = '';
  }

  show({ index, label, probability }: Prediction, write: boolean): void {
    const { dataset } = this.item;
    const changed = dataset.index !== String(index) || this.item.hidden;
    if (changed) {
      dataset.index = String(index);
      dataset.label = this.#label.textContent = label;
      this.item.hidden = false;
    }
    dataset.probability = String(probability);
    this.#bar.style.setProperty('--share', String(probability));
    if (changed || write) {
      const share = percent(probability);
      if (this.#percent.textContent !== share) this.#percent.textContent = share;
    }
  }
}

customElements.define('camera-answers', CameraAnswers);
