import { text } from '../text/text.ts';
import { Component } from '../ui/component.ts';
import { element } from '../ui/dom.ts';
import { Selection } from '../ui/selection.ts';
import type { Group } from './arrange.ts';
import { Cell } from './cell.ts';
import type { Entry } from './entry.ts';
import { NameFit } from './fit.ts';
import { GroupPart, keepOrder } from './group-part.ts';
import { layOut, type Measures, placeAfter, type Row, rowAt, rowOf } from './rows.ts';

const words = text.folder;

/** Sizes in rem: the narrowest a cell gets, the gap between cells, the caption below a photo, a group's heading. */
const CELL = 8;
const GAP = 0.75;
const CAPTION = 3.3;
const HEADING = 3.25;

/**
 * Entries as thumbnails with their labels. It is virtual: only what is visible, and a little above and below, is in the document.
 * To the keyboard and to screen readers it is one list box; the focus stays on it, and aria-activedescendant tells the active option.
 * Fires 'select' when the selection changes, 'open' when the active entry is to be opened.
 */
export class FolderGrid extends Component<{ select: undefined; open: undefined }> {
  readonly selection = new Selection<Entry>();
  #groups: readonly Group[] = [];
  #likeness: ReadonlyMap<Entry, number> | undefined;
  #items: Entry[] = [];
  #rows: Row[] = [];
  #measures: Measures = { columns: 1, cell: 1, gap: 0, row: 1, heading: 1 };
  /** Shown cells by their entries, and cells to be reused. */
  #cells = new Map<Entry, Cell>();
  #spare: Cell[] = [];
  #parts: GroupPart[] = [];
  #space = element('div', { role: 'presentation', class: 'space' });
  #box = element(
    'div',
    {
      role: 'listbox',
      'aria-label': words.photos,
      'aria-multiselectable': 'true',
      'aria-describedby': 'folder-keys',
      tabindex: 0,
    },
    this.#space,
  );
  #drawing = 0;
  /** Whether the page scrolls instead of the box, as grid.css says for phones. */
  #long = false;
  #fit = new NameFit();

  connectedCallback(): void {
    if (this.#box.isConnected) return;
    this.append(this.#box);
    new ResizeObserver(() => this.#layOut()).observe(this.#box);
    this.#box.addEventListener('scroll', () => this.#draw(), { passive: true });
    for (const type of ['scroll', 'resize']) {
      addEventListener(type, () => this.#long && this.#box.clientWidth > 0 && this.#draw(), { passive: true });
    }
    this.#box.addEventListener('keydown', (event) => this.#key(event));
    this.#box.addEventListener('focus', () => {
      const { selection } = this;
      selection.active ??= this.#items[this.#rows[rowAt(this.#rows, this.#view.top)]?.first ?? 0];
      this.#draw();
    });
    this.#box.addEventListener('click', (event) => this.#click(event));
    this.#box.addEventListener('dblclick', (event) => {
      if (entryAt(this.#cells, event.target)) this.emit('open');
    });
  }

  /** Shows other entries, or the same ones with new results. */
  show(groups: readonly Group[], likeness?: ReadonlyMap<Entry, number>): void {
    this.#groups = groups;
    this.#likeness = likeness;
    this.#items = groups.flatMap(({ entries }) => entries);
    const changed = this.selection.setItems(this.#items);
    this.hidden = this.#items.length === 0;
    this.#layOut();
    if (changed) this.emit('select');
  }

  /** Scrolls to the top. */
  rewind(): void {
    this.#box.scrollTop = 0;
    if (this.#long && this.#view.top > 0) this.scrollIntoView();
  }

  /** The part of the rows that is in sight, in pixels from the first one. */
  get #view(): { top: number; height: number } {
    if (this.#long) return { top: -this.#space.getBoundingClientRect().top, height: innerHeight };
    return { top: this.#box.scrollTop, height: this.#box.clientHeight };
  }

  #scroll(top: number): void {
    if (this.#long) scrollBy(0, top - this.#view.top);
    else this.#box.scrollTop = top;
  }

  override focus(): void {
    this.#box.focus({ preventScroll: true });
  }

  selectAll(): void {
    this.selection.all();
    this.#selected();
  }

  selectNone(): void {
    this.selection.none();
    this.#selected();
  }

  /** Shows what a key or a click did at once, so that a screen reader tells the right option. */
  #selected(): void {
    this.#drawNow();
    this.emit('select');
  }

  #layOut(): void {
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const { clientWidth: width } = this.#space;
    if (!width && this.#items.length > 0) return; // hidden: it is measured when it is shown
    this.#long = getComputedStyle(this.#box).overflowY === 'visible';
    const gap = GAP * rem;
    const columns = Math.max(1, Math.floor((width + gap) / (CELL * rem + gap)));
    const cell = (width - gap * (columns - 1)) / columns;
    this.#fit.measure(cell, rem, getComputedStyle(this.#box).fontFamily);
    this.#measures = { columns, cell, gap, row: cell + CAPTION * rem + gap, heading: HEADING * rem };
    const { rows, height } = layOut(this.#groups, this.#measures);
    this.#rows = rows;
    this.#space.style.setProperty('--cell', `${cell}px`);
    this.#space.style.height = `${height}px`;
    this.#drawNow();
  }

  /** Draws with the next frame. */
  #draw(): void {
    this.#drawing ||= requestAnimationFrame(() => this.#drawNow());
  }

  #drawNow(): void {
    cancelAnimationFrame(this.#drawing);
    this.#drawing = 0;
    const start = performance.now();
    const { top, height } = this.#view;
    // Half a screen more to either side, so that scrolling finds it drawn.
    const from = rowAt(this.#rows, top - height / 2);
    const to = rowAt(this.#rows, top + 1.5 * height);
    const rows = this.#rows.slice(from, to + 1);

    const wanted = new Set<Entry>();
    for (const { first, count } of rows) for (let i = 0; i < count; i++) wanted.add(this.#items[first + i] as Entry);
    // A screen reader must find the active option, wherever it is.
    const { active } = this.selection;
    const activeRow = active && this.#rows[rowOf(this.#rows, this.selection.placeOf(active))];
    if (active && activeRow && !wanted.has(active)) {
      wanted.add(active);
      if (activeRow.y < top) rows.unshift(activeRow);
      else rows.push(activeRow);
    }
    for (const [entry, cell] of this.#cells) {
      if (wanted.has(entry)) continue;
      cell.release();
      this.#cells.delete(entry);
      this.#spare.push(cell);
    }
    this.#place(rows, wanted);
    this.#spare.length = Math.min(this.#spare.length, 100);
    const activeCell = active && this.#cells.get(active);
    if (activeCell) this.#box.setAttribute('aria-activedescendant', activeCell.element.id);
    else this.#box.removeAttribute('aria-activedescendant');
    performance.measure('depthwise: folder draw', { start });
    performance.clearMeasures('depthwise: folder draw');
  }

  /** Puts cells where they belong, in the order in which they are read. */
  #place(rows: Row[], wanted: Set<Entry>): void {
    const parts: GroupPart[] = [];
    for (const { y, group, first, count: n } of rows) {
      let part = parts.find((p) => p.group === group);
      if (!part) {
        part = this.#parts.find((p) => p.group === group) ?? new GroupPart(group);
        part.begin();
        parts.push(part);
      }
      if (n === 0) part.head(y, this.#groups[group] as Group);
      for (let i = 0; i < n; i++) {
        const index = first + i;
        const entry = this.#items[index] as Entry;
        if (!wanted.has(entry)) continue;
        const cell = this.#cells.get(entry) ?? this.#spare.pop() ?? new Cell();
        this.#cells.set(entry, cell);
        cell.show(entry, {
          x: i * (this.#measures.cell + this.#measures.gap),
          y,
          index,
          of: this.#items.length,
          selected: this.selection.has(entry),
          active: entry === this.selection.active,
          likeness: this.#likeness?.get(entry),
          fit: this.#fit,
        });
        part.add(cell);
      }
    }
    for (const part of parts) part.end(this.#groups[part.group] as Group);
    keepOrder(
      this.#space,
      parts.flatMap(({ heading, box }) => (heading.hidden ? [box] : [heading, box])),
    );
    this.#parts = parts;
  }

  #click(event: MouseEvent): void {
    const entry = entryAt(this.#cells, event.target);
    if (!entry) return;
    const { selection } = this;
    const more = event.ctrlKey || event.metaKey;
    if (event.shiftKey) selection.reach(entry, more);
    else if (more || (event.target as Element).closest('.check')) selection.toggle(entry);
    else selection.only(entry);
    this.#selected();
  }

  #key(event: KeyboardEvent): void {
    const { selection } = this;
    const more = event.ctrlKey || event.metaKey;
    const { active } = selection;
    switch (event.key) {
      case 'a':
      case 'A':
        if (!more) return;
        selection.all();
        break;
      case 'Escape':
        if (selection.size === 0) return;
        selection.none();
        break;
      case 'Enter':
        if (!active) return;
        if (selection.size === 1 && selection.has(active)) this.emit('open');
        selection.only(active);
        break;
      case ' ':
        if (!active) return;
        if (event.shiftKey) selection.reach(active, false);
        else selection.toggle(active);
        break;
      default: {
        const next = this.#items[this.#destination(event.key)];
        if (!next || event.altKey) return;
        if (event.shiftKey) selection.reach(next, false);
        selection.active = next;
        this.#reveal(next);
      }
    }
    event.preventDefault();
    this.#selected();
  }

  /** The place to which a key leads from the active entry; -1 for none. */
  #destination(key: string): number {
    const page = Math.max(1, Math.floor(this.#view.height / this.#measures.row) - 1);
    return placeAfter(key, this.selection.placeOf(this.selection.active), this.#rows, page);
  }

  /** Scrolls until an entry is in sight. */
  #reveal(entry: Entry): void {
    const at = rowOf(this.#rows, this.selection.placeOf(entry));
    const row = this.#rows[at];
    if (!row) return;
    const heading = this.#rows[at - 1]?.count === 0 ? this.#measures.heading : 0;
    const { top, height } = this.#view;
    const end = row.y + this.#measures.row;
    if (row.y - heading < top) this.#scroll(row.y - heading);
    else if (end > top + height) this.#scroll(end - height);
  }
}

function entryAt(cells: ReadonlyMap<Entry, Cell>, target: EventTarget | null): Entry | undefined {
  const option = target instanceof Element && target.closest('[role=option]');
  return [...cells].find(([, cell]) => cell.element === option)?.[0];
}

customElements.define('folder-grid', FolderGrid);
