import type { Prediction } from '../../mobilenet/mobilenet.js';
import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';
import { percent } from '../ui/format.ts';

/** The best answer counts as sure from the one probability on, and as unsure again below the other (hysteresis). */
const SURE = 0.45;
const UNSURE = 0.35;
/** A name of more letters is written smaller where it is the headline. */
const LONG = 14;
/** Live percentages change no more often than this, in ms, so that they can be read. */
const READABLE = 250;

/**
 * The five best answers for live frames: rows stay in place and update only what has changed. Each is a button for its heat map:
 * it fires 'why' with its class as the detail.
 */
export class CameraAnswers extends HTMLElement {
  #heading = element('h2');
  #rows = Array.from({ length: 5 }, () => new Row((index) => this.#ask(index)));
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

  /** Shows the answers at a time in ms, the best first. */
  show(predictions: readonly Prediction[], now: number): void {
    this.#sure = (predictions[0]?.probability ?? 0) >= (this.#sure ? UNSURE : SURE);
    this.#head(this.#sure ? text.camera.sees : text.camera.unsure);
    const write = now - this.#writtenAt >= READABLE;
    if (write) this.#writtenAt = now;
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

  #ask(index: number): void {
    this.dispatchEvent(new CustomEvent('why', { detail: index }));
  }
}

class Row {
  #label = element('span', { class: 'label' });
  #percent = element('span', { class: 'percent' });
  #bar = element('span', { class: 'bar', 'aria-hidden': 'true' }, element('span'));
  #button = element('button', { type: 'button', 'aria-pressed': 'false' }, this.#label, ' ', this.#percent, this.#bar);
  readonly item = element('li', { hidden: true }, this.#button);
  #index = -1;

  constructor(ask: (index: number) => void) {
    // Rows can change places while a button is held down: what was pressed is asked about.
    let pressed: number | undefined;
    this.#button.addEventListener('pointerdown', () => {
      pressed = this.#index;
    });
    this.#button.addEventListener('click', (event) => {
      ask(event.detail > 0 ? (pressed ?? this.#index) : this.#index);
      pressed = undefined;
    });
  }

  clear(): void {
    this.#index = -1;
    this.item.hidden = true;
  }

  show({ index, label, probability }: Prediction, write: boolean): void {
    const { dataset } = this.item;
    const changed = index !== this.#index;
    if (changed) {
      this.#index = index;
      dataset.index = String(index);
      dataset.label = this.#label.textContent = label;
      this.#label.classList.toggle('long', label.length > LONG);
      this.item.hidden = false;
    }
    dataset.probability = String(probability);
    this.#bar.style.setProperty('--share', String(probability));
    if (changed || write) {
      const share = percent(probability);
      if (this.#percent.textContent !== share) this.#percent.textContent = share;
    }
  }

  press(asked: number | undefined): void {
    const pressed = String(this.#index === asked);
    if (this.#button.getAttribute('aria-pressed') !== pressed) this.#button.setAttribute('aria-pressed', pressed);
  }
}

customElements.define('camera-answers', CameraAnswers);
