import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';
import { chance, wholePercent } from '../ui/format.ts';
import { isUnsure } from '../ui/prediction-list.ts';
import { type Entry, labelOf, nameOf, type Result } from './entry.ts';
import type { NameFit } from './fit.ts';

const words = text.folder;

let made = 0;

/** Cells whose image is not shown yet. */
const undrawn = new Set<Cell>();
/** Time per frame for showing images, in ms: each object URL costs a fraction of one, and scrolling must stay smooth. */
const BUDGET = 4;

/** Shows images, a few in each frame. */
function drawPending(): void {
  const start = performance.now();
  for (const cell of undrawn) {
    if (performance.now() - start > BUDGET) break;
    undrawn.delete(cell);
    cell.draw();
  }
  if (undrawn.size > 0) requestAnimationFrame(drawPending);
}

/** Where and how an entry is shown. */
export interface Place {
  x: number;
  y: number;
  /** From 0, of `of`. */
  index: number;
  of: number;
  selected: boolean;
  active: boolean;
  /** Its similarity to the chosen photo, if one is chosen. */
  likeness: number | undefined;
  /** How its name is cut. */
  fit: NameFit;
}

/** One option of the grid. It is reused for one entry after another. */
export class Cell {
  #image = element('img', { alt: '', hidden: true });
  #frame = element('span', { class: 'frame' }, this.#image);
  #label = element('span', { class: 'label' });
  #figure = element('span', { class: 'figure' });
  #name = element('span', { class: 'name' });
  readonly element = element(
    'div',
    { role: 'option', id: `folder-cell-${made++}`, class: 'cell' },
    this.#frame,
    this.#label,
    ' ',
    this.#name,
    ' ',
    this.#figure,
    element('span', { class: 'check', 'aria-hidden': 'true' }),
  );
  #entry: Entry | undefined;
  #result: Result | undefined;
  /** What its name was last cut for. */
  #fitted = '';
  #url = '';

  show(entry: Entry, { x, y, index, of, selected, active, likeness, fit }: Place): void {
    const { element } = this;
    element.style.transform = `translate(${x}px, ${y}px)`;
    element.setAttribute('aria-posinset', String(index + 1));
    element.setAttribute('aria-setsize', String(of));
    element.setAttribute('aria-selected', String(selected));
    element.toggleAttribute('data-active', active);
    const figure = figureOf(entry, likeness);
    this.#figure.textContent = figure;
    const fitted = `${fit.cell} ${figure} ${entry.path}`;
    if (fitted !== this.#fitted) this.#name.textContent = fit.cut(nameOf(entry), figure);
    this.#fitted = fitted;
    if (entry === this.#entry && entry.result === this.#result) return;
    this.#entry = entry;
    this.#result = entry.result;
    element.dataset.index = String(entry.order);
    element.title = entry.path;
    this.#label.textContent = entry.result ? labelOf(entry) || words.unnamed : words.waiting;
    element.toggleAttribute('data-waiting', !entry.result);
    element.toggleAttribute('data-unsure', entry.result !== undefined && isUnsure(entry.result));
    this.#undraw();
    if (!entry.result) return;
    if (undrawn.size === 0) requestAnimationFrame(drawPending);
    undrawn.add(this);
  }

  /** Shows the image of its entry. */
  draw(): void {
    if (!this.#result) return;
    this.#url = URL.createObjectURL(this.#result.thumbnail);
    this.#image.src = this.#url;
    this.#image.hidden = false;
  }

  /** Frees what it holds, until it is shown again. */
  release(): void {
    this.element.remove();
    this.#entry = this.#result = undefined;
    this.#undraw();
  }

  #undraw(): void {
    undrawn.delete(this);
    if (!this.#url) return;
    URL.revokeObjectURL(this.#url);
    this.#url = '';
    // A new element: the old one would show the former photo until the next one is decoded.
    const image = element('img', { alt: '', hidden: true });
    this.#image.replaceWith(image);
    this.#image = image;
  }
}

function figureOf(entry: Entry, likeness: number | undefined): string {
  const best = entry.result?.predictions[0];
  if (likeness !== undefined) return words.alike.figure(wholePercent(likeness));
  return best ? chance(best.probability) : '';
}
