import type { Prediction } from '../../mobilenet/mobilenet.js';
import { bar, fill } from './controls.ts';
import { element } from './dom.ts';
import { chance } from './format.ts';

/** A prediction as a button with a bar; pressing it asks for its heat map. Its element is reused for the next prediction. */
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
    // Live predictions can change places while a button is held down: the pressed one counts.
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

  /** Shows a prediction; if its class is the one that is shown, percentage and bar stay unless changePercent. */
  show({ index, label, probability }: Prediction, changePercent = true): void {
    const other = index !== this.#index || label !== this.label.textContent;
    this.#index = index;
    this.item.hidden = false;
    Object.assign(this.item.dataset, { index, label, probability });
    if (other) this.label.textContent = label;
    if (!other && !changePercent) return;
    // Both at once: a bar that ran ahead of its number would seem to say something else.
    const share = chance(probability);
    if (this.#percent.textContent !== share) this.#percent.textContent = share;
    fill(this.#bar, probability);
  }

  /** Puts more of the prediction below its bar. */
  add(line: HTMLElement): void {
    if (line.parentElement !== this.#button) this.#button.append(' ', line);
  }

  /** Shows whether it is the selected one. */
  press(asked: number | undefined): void {
    const pressed = String(this.#index === asked);
    if (this.#button.getAttribute('aria-pressed') !== pressed) this.#button.setAttribute('aria-pressed', pressed);
  }
}
