import { element } from '../ui/dom.ts';

/** A small button that does something with the results. */
export function toolButton(name: string, act: () => void, attributes = {}): HTMLButtonElement {
  const button = element('button', { type: 'button', class: 'button tool', ...attributes }, name);
  button.addEventListener('click', act);
  return button;
}
