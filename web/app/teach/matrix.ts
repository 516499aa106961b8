import { teachText } from '../text/teach.ts';
import { Component } from '../ui/component.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';

const words = teachText.report;

/** With more classes than this a table has no room: then what was confused most is listed. */
const MOST = 12;
const LISTED = 12;

interface Cell {
  actual: number;
  answer: number;
  examples: readonly number[];
}

/** What was taken for what, as a table whose numbers open their photos: 'cell' is fired with the examples. */
export class Matrix extends Component<{ cell: Cell }> {
  /** confusion: [right class][answer] are the examples. */
  show(confusion: readonly (readonly (readonly number[])[])[], names: readonly string[]): void {
    const focused = this.contains(document.activeElement) ? document.activeElement?.getAttribute('aria-label') : null;
    if (names.length > MOST) this.#list(confusion, names);
    else this.#table(confusion, names);
    if (focused) this.querySelector<HTMLElement>(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  }

  #table(confusion: readonly (readonly (readonly number[])[])[], names: readonly string[]): void {
    const head = element(
      'tr',
      {},
      element('td'),
      ...names.map((name) => element('th', { scope: 'col' }, element('span', {}, name))),
    );
    const rows = confusion.map((row, actual) => {
      const all = row.reduce((sum, { length }) => sum + length, 0);
      return element(
        'tr',
        {},
        element('th', { scope: 'row' }, names[actual] ?? ''),
        ...row.map((examples, answer) => this.#cell({ actual, answer, examples }, names, all)),
      );
    });
    this.replaceChildren(
      element('p', { class: 'quiet' }, words.matrixHint),
      element(
        'div',
        { class: 'scrolls' },
        element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows)),
      ),
    );
  }

  #cell(cell: Cell, names: readonly string[], all: number): HTMLElement {
    const { actual, answer, examples } = cell;
    const made = element('td', { class: actual === answer ? 'right' : 'wrong' });
    made.style.setProperty('--share', String(all ? examples.length / all : 0));
    if (examples.length === 0) made.append(element('span', { class: 'none' }, count(0)));
    else made.append(this.#open(cell, count(examples.length), names));
    return made;
  }

  #open(cell: Cell, shown: string, names: readonly string[]): HTMLButtonElement {
    const { length } = cell.examples;
    const label = words.cell(length, count(length), names[cell.actual] ?? '', names[cell.answer] ?? '');
    return button(shown, () => this.emit('cell', cell), '', { 'aria-label': label, title: label });
  }

  #list(confusion: readonly (readonly (readonly number[])[])[], names: readonly string[]): void {
    const wrong: Cell[] = confusion.flatMap((row, actual) =>
      row.flatMap((examples, answer) => (actual !== answer && examples.length > 0 ? { actual, answer, examples } : [])),
    );
    wrong.sort((a, b) => b.examples.length - a.examples.length);
    const items = wrong.slice(0, LISTED).map((cell) => {
      const { length } = cell.examples;
      const label = words.cell(length, count(length), names[cell.actual] ?? '', names[cell.answer] ?? '');
      return element(
        'li',
        {},
        button(label, () => this.emit('cell', cell), 'plain', { 'aria-label': label }),
      );
    });
    this.replaceChildren(
      element('p', { class: 'quiet' }, items.length > 0 ? words.confused : words.noConfusion),
      element('ul', {}, ...items),
    );
  }
}

customElements.define('teach-matrix', Matrix);
