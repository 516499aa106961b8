import type { Prediction } from '../../mobilenet/mobilenet.js';
import { bar, fill } from './controls.ts';
import { element } from './dom.ts';
import { percent } from './format.ts';

/** An answer as a button with its bar, which asks why. Its element stays while answers in it change. */
export class AnswerRow {
  #index = -1;
  protected label = element('span', { class: 'label' });
  #percent = element('span', { class: 'percent' });
  #bar = bar();
  #button = element(
    'button',
    { type: 'button', class: 'answer', 'aria-pressed': 'false' },
    this.label,
    ' ',
    this.#percent,
    this.#bar,
  );
  readonly item = element('li', {}, this.#button);

  constructor(ask: (index: number) => void) {
    // Answers can change places while a button is held down: the one that was pressed is asked about.
    let pressed: number | undefined;
    this.#button.addEventListener('pointerdown', () => {
      pressed = this.#index;
    });
    this.#button.addEventListener('click', ({ detail }) => {
      ask(detail > 0 ? (pressed ?? this.#index) : this.#index);
      pressed = undefined;
    });
  }

  clear(): void {
    this.#index = -1;
    this.item.hidden = true;
  }

  /** Shows an answer; the percentage of the one that is there already changes only if asked to. */
  show({ index, label, probability }: Prediction, changePercent = true): void {
    const other = index !== this.#index || label !== this.label.textContent;
    this.#index = index;
    this.item.hidden = false;
    Object.assign(this.item.dataset, { index, label, probability });
    if (other) this.label.textContent = label;
    const share = percent(probability);
    if ((other || changePercent) && this.#percent.textContent !== share) this.#percent.textContent = share;
    fill(this.#bar, probability);
  }

  /** Shows whether it is the one that is asked about. */
  press(asked: number | undefined): void {
    const pressed = String(this.#index === asked);
    if (this.#button.getAttribute('aria-pressed') !== pressed) this.#button.setAttribute('aria-pressed', pressed);
  }
}
