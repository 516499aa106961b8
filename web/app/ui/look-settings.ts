import { type State, state } from '../store/state.ts';
import { text } from '../text/text.ts';
import { element } from './dom.ts';

const words = text.look;

/** How the network looks at a picture: the crop, and how many views an answer averages. They are part of the page's state. */
export class LookSettings extends HTMLElement {
  #crop = choice(words.crop, words.crops, (crop) => state.set({ crop: crop as State['crop'] }));
  #views = choice(words.careful, words.views, (views) => state.set({ views: Number(views) as State['views'] }));

  connectedCallback(): void {
    if (this.#crop.isConnected) return;
    this.append(this.#crop, this.#views);
    state.subscribe(() => this.#update());
    this.#update();
  }

  #update(): void {
    const { crop, views } = state.get();
    check(this.#crop, crop);
    check(this.#views, String(views));
    this.#crop.disabled = views > 1; // views are fixed ones
  }
}

let groups = 0;

function choice(title: string, choices: Record<string, string>, choose: (value: string) => void): HTMLFieldSetElement {
  const name = `choice-${groups++}`;
  const made = element(
    'fieldset',
    { class: 'segments' },
    element('legend', {}, title),
    element(
      'div',
      {},
      ...Object.entries(choices).map(([value, label]) =>
        element('label', {}, element('input', { type: 'radio', name, value, class: 'visually-hidden' }), label),
      ),
    ),
  );
  made.addEventListener('change', ({ target }) => choose((target as HTMLInputElement).value));
  return made;
}

function check(group: HTMLFieldSetElement, value: string): void {
  for (const input of group.querySelectorAll('input')) input.checked = input.value === value;
}

customElements.define('look-settings', LookSettings);
