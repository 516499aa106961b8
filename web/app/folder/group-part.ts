import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import type { Group } from './arrange.ts';
import type { Cell } from './cell.ts';
import { isClassified } from './entry.ts';

const words = text.folder;

/** What is shown of a group. */
export class GroupPart {
  readonly heading = element('div', { class: 'heading', 'aria-hidden': 'true', hidden: true });
  readonly box = element('div', { role: 'presentation' });
  #cells: HTMLElement[] = [];

  constructor(readonly group: number) {}

  begin(): void {
    this.#cells = [];
    this.heading.hidden = true;
  }

  head(y: number, { label, by, entries }: Group): void {
    this.heading.hidden = false;
    this.heading.style.transform = `translateY(${y}px)`;
    this.heading.replaceChildren(
      element(
        'b',
        {},
        label || (entries.some(isClassified) ? (by === 'group' ? words.ungrouped : words.unnamed) : words.waiting),
      ),
      ` ${count(entries.length)}`,
    );
  }

  add(cell: Cell): void {
    this.#cells.push(cell.element);
  }

  end({ label, entries }: Group): void {
    keepOrder(this.box, this.#cells);
    this.box.setAttribute('role', label ? 'group' : 'presentation');
    if (label) this.box.setAttribute('aria-label', words.group(label, count(entries.length)));
    else this.box.removeAttribute('aria-label');
  }
}

/** Makes elements the children of parent, moving only those out of place. */
export function keepOrder(parent: HTMLElement, elements: HTMLElement[]): void {
  const wanted = new Set<Element>(elements);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  for (const [i, child] of elements.entries()) {
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null);
  }
}
