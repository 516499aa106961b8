import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';
import { percent, wholePercent } from '../ui/format.ts';
import { isUnsure } from '../ui/prediction-list.ts';
import { type Entry, type Found, labelOf, nameOf } from './entry.ts';

const words = text.folder;

let made = 0;

/** Cells that wait for their image. */
const bare = new Set<Cell>();
/** How long in a frame images may be given, in ms: each address costs a fraction of one, and scrolling must stay smooth. */
const BUDGET = 4;

/** Gives cells their images, a few in each frame. */
function drawSome(): void {
  const start = performance.now();
  for (const cell of bare) {
    if (performance.now() - start > BUDGET) break;
    bare.delete(cell);
    cell.draw();
  }
  if (bare.size > 0) requestAnimationFrame(drawSome);
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
  /** How alike it is to the chosen picture, if one is chosen. */
  likeness: number | undefined;
}

/** One option of the grid. Its element serves one entry after the other. */
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
  #found: Found | undefined;
  #url = '';

  show(entry: Entry, { x, y, index, of, selected, active, likeness }: Place): void {
    const { element } = this;
    element.style.transform = `translate(${x}px, ${y}px)`;
    element.setAttribute('aria-posinset', String(index + 1));
    element.setAttribute('aria-setsize', String(of));
    element.setAttribute('aria-selected', String(selected));
    element.toggleAttribute('data-active', active);
    this.#figure.textContent = figureOf(entry, likeness);
    if (entry === this.#entry && entry.found === this.#found) return;
    this.#entry = entry;
    this.#found = entry.found;
    element.dataset.index = String(entry.order);
    element.title = entry.path;
    this.#label.textContent = entry.found ? labelOf(entry) || words.unnamed : words.waiting;
    this.#name.textContent = nameOf(entry);
    element.toggleAttribute('data-waiting', !entry.found);
    element.toggleAttribute('data-unsure', entry.found !== undefined && isUnsure(entry.found));
    this.#undraw();
    if (!entry.found) return;
    if (bare.size === 0) requestAnimationFrame(drawSome);
    bare.add(this);
  }

  /** Shows the image of its entry. */
  draw(): void {
    if (!this.#found) return;
    this.#url = URL.createObjectURL(this.#found.thumbnail);
    this.#image.src = this.#url;
    this.#image.hidden = false;
  }

  /** Frees what it holds, until it is shown again. */
  release(): void {
    this.element.remove();
    this.#entry = this.#found = undefined;
    this.#undraw();
  }

  #undraw(): void {
    bare.delete(this);
    if (!this.#url) return;
    URL.revokeObjectURL(this.#url);
    this.#url = '';
    // A new element, for the old one would show the former picture until the next one is decoded.
    const image = element('img', { alt: '', hidden: true });
    this.#image.replaceWith(image);
    this.#image = image;
  }
}

function figureOf(entry: Entry, likeness: number | undefined): string {
  const best = entry.found?.predictions[0];
  if (likeness !== undefined) return words.alike.figure(wholePercent(likeness));
  return best ? percent(best.probability) : '';
}
