import { Component } from '../ui/component.ts';
import { element } from '../ui/dom.ts';
import type { Sheet } from './sheet.ts';

/** The least width at which an image of so many pixels a side is shown, in CSS pixels. */
const wideEnough = (side: number): number => (side > 60 ? 104 : side > 30 ? 76 : side > 15 ? 60 : side > 2 ? 40 : 22);

/** The space between two, in CSS pixels. */
const GAP = 4;

/** A place in one of an atlas's images. */
export interface Place {
  channel: number;
  x: number;
  y: number;
}

interface AtlasEvents {
  /** Another map is chosen. */
  pick: undefined;
  /** The place under the pointer, if there is one. */
  point: Place | null;
}

/**
 * A sheet's images side by side on one canvas, one of them selected. To a screen reader it is a list box, of which only the
 * chosen entry is in the document: a thousand entries would help nobody.
 */
export class FeatureAtlas extends Component<AtlasEvents> {
  #canvas = element('canvas', { 'aria-hidden': 'true' });
  #option = element('div', { role: 'option', 'aria-selected': 'true', id: 'chosen-map', class: 'visually-hidden' });
  #box = element(
    'div',
    { role: 'listbox', tabindex: 0, 'aria-activedescendant': 'chosen-map' },
    this.#canvas,
    this.#option,
  );
  /** All maps in their own size, without gaps, as the source to enlarge from. */
  #source = document.createElement('canvas');
  #sheet: Sheet | undefined;
  /** The channels that are shown, in their order. */
  #order: ArrayLike<number> = [];
  #name: (channel: number) => string = String;
  #at = 0;
  #columns = 1;
  /** A map's size in canvas pixels, and its side with the gap. */
  #tile: [width: number, height: number] = [1, 1];
  #step: [across: number, down: number] = [1, 1];
  /** Draws in the next frame: drawing changes the height, which within the same frame would be a resize loop. */
  #resize = new ResizeObserver(() => requestAnimationFrame(() => this.#draw()));

  connectedCallback(): void {
    this.#resize.observe(this);
    if (this.childElementCount > 0) return; // it was moved
    this.append(this.#box);
    this.#box.addEventListener('keydown', (event) => this.#key(event));
    this.#box.addEventListener('click', (event) => {
      const place = this.#placeAt(event);
      if (place) this.#choose(place.at);
    });
    this.#box.addEventListener('pointermove', (event) => this.emit('point', this.#placeAt(event)));
    this.#box.addEventListener('pointerleave', () => this.emit('point', null));
  }

  disconnectedCallback(): void {
    this.#resize.disconnect();
  }

  set label(label: string) {
    this.#box.setAttribute('aria-label', label);
  }

  /** The chosen channel. */
  get channel(): number {
    return this.#order[this.#at] ?? 0;
  }

  set channel(channel: number) {
    this.#at = Math.max(0, Array.prototype.indexOf.call(this.#order, channel));
    this.#draw();
  }

  /** Shows channels of a sheet in this order; name says what a channel is called. */
  show(sheet: Sheet, order: ArrayLike<number>, name: (channel: number) => string): void {
    const { channel } = this;
    this.#sheet = sheet;
    this.#order = order;
    this.#name = name;
    const { width, height } = sheet;
    const columns = Math.ceil(Math.sqrt(order.length));
    this.#source.width = columns * width;
    this.#source.height = Math.ceil(order.length / columns) * height;
    const context = this.#source.getContext('2d');
    if (!context) return;
    const image = context.createImageData(this.#source.width, this.#source.height);
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < order.length; i++) {
      const offset = Math.floor(i / columns) * height * image.width + (i % columns) * width;
      sheet.paint(order[i] as number, pixels, offset, image.width);
    }
    context.putImageData(image, 0, 0);
    this.channel = channel;
  }

  #draw(): void {
    const sheet = this.#sheet;
    const room = this.clientWidth;
    if (!sheet || !room) return;
    const ratio = devicePixelRatio;
    const least = wideEnough(sheet.width);
    const gap = Math.round(GAP * ratio);
    this.#columns = Math.min(this.#order.length, Math.max(1, Math.floor((room + GAP) / (least + GAP))));
    const tile = Math.floor(Math.min((room * ratio + gap) / this.#columns - gap, 1.5 * least * ratio));
    this.#tile = [tile, Math.max(1, Math.round((tile * sheet.height) / sheet.width))];
    this.#step = [tile + gap, this.#tile[1] + gap];
    const rows = Math.ceil(this.#order.length / this.#columns);
    // Half a gap all around, for the frame of the chosen one.
    const width = this.#columns * this.#step[0];
    const height = rows * this.#step[1];
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#canvas.style.width = `${width / ratio}px`;
    this.#canvas.style.height = `${height / ratio}px`;

    const context = this.#canvas.getContext('2d');
    if (!context) return;
    context.clearRect(0, 0, width, height);
    context.imageSmoothingEnabled = false;
    const sourceColumns = this.#source.width / sheet.width;
    for (let i = 0; i < this.#order.length; i++) {
      const [x, y] = this.#corner(i);
      context.drawImage(
        this.#source,
        (i % sourceColumns) * sheet.width,
        Math.floor(i / sourceColumns) * sheet.height,
        sheet.width,
        sheet.height,
        x,
        y,
        ...this.#tile,
      );
    }
    const [x, y] = this.#corner(this.#at);
    context.strokeStyle = getComputedStyle(this).getPropertyValue('--frame');
    context.lineWidth = gap / 2;
    context.strokeRect(x - gap / 4, y - gap / 4, this.#tile[0] + gap / 2, this.#tile[1] + gap / 2);

    this.#option.textContent = this.#name(this.channel);
    this.#option.setAttribute('aria-posinset', String(this.#at + 1));
    this.#option.setAttribute('aria-setsize', String(this.#order.length));
  }

  #corner(at: number): [number, number] {
    const [across, down] = this.#step;
    const half = (across - this.#tile[0]) / 2;
    return [(at % this.#columns) * across + half, Math.floor(at / this.#columns) * down + half];
  }

  #placeAt(event: MouseEvent): (Place & { at: number }) | null {
    const sheet = this.#sheet;
    if (!sheet) return null;
    const box = this.#canvas.getBoundingClientRect();
    const left = ((event.clientX - box.left) * this.#canvas.width) / box.width;
    const top = ((event.clientY - box.top) * this.#canvas.height) / box.height;
    const [column, row] = [Math.floor(left / this.#step[0]), Math.floor(top / this.#step[1])];
    const at = row * this.#columns + column;
    const channel = this.#order[at];
    if (column < 0 || column >= this.#columns || row < 0 || channel === undefined) return null;
    const [x0, y0] = this.#corner(at);
    const cell = (distance: number, count: number, size: number) =>
      Math.max(0, Math.min(count - 1, Math.floor((distance * count) / size)));
    const [width, height] = this.#tile;
    return { at, channel, x: cell(left - x0, sheet.width, width), y: cell(top - y0, sheet.height, height) };
  }

  #key(event: KeyboardEvent): void {
    const last = this.#order.length - 1;
    const steps: Record<string, number> = {
      ArrowLeft: this.#at - 1,
      ArrowRight: this.#at + 1,
      ArrowUp: this.#at - this.#columns,
      ArrowDown: this.#at + this.#columns,
      Home: 0,
      End: last,
    };
    const to = steps[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (to >= 0 && to <= last) this.#choose(to);
  }

  #choose(at: number): void {
    this.#at = at;
    this.#draw();
    this.emit('pick');
  }
}

customElements.define('feature-atlas', FeatureAtlas);
