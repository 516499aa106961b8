import { element } from './dom.ts';

/** How many letters of its end always stand: a number and the extension. */
const END = 10;

/**
 * A file's name in one line, cut in its middle where there is no room for all of it (controls.css). It is of two parts, so that what
 * holds it needs the name as its label.
 */
export function cutName(name: string): HTMLElement {
  const letters = [...name];
  const end = Math.min(END, Math.floor(letters.length / 2));
  return element(
    'span',
    { class: 'cut-name', title: name },
    element('span', {}, letters.slice(0, letters.length - end).join('')),
    element('span', {}, letters.slice(letters.length - end).join('')),
  );
}
