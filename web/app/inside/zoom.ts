import type { Weights } from '../../mobilenet/mobilenet.js';
import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';
import { kernelSheet, MapSheet, type Sheet } from './sheet.ts';
import { place as placeWords, values as valueWords } from './words.ts';

const words = text.inside;

/** One map of a sheet, large, beside the input image; a cursor marks the same place in both. */
export class MapZoom extends HTMLElement {
  #map = element('canvas', { 'aria-hidden': 'true' });
  #mapCursor = element('span', { class: 'cursor' });
  #seenCursor = element('span', { class: 'cursor' });
  #field = element(
    'div',
    { class: 'field', role: 'application', tabindex: 0, 'aria-describedby': 'zoom-readout' },
    this.#map,
    this.#mapCursor,
  );
  #seen = element('div', { class: 'field' }, this.#seenCursor);
  #mapCaption = element('figcaption');
  #kernel = element('canvas', { class: 'own', 'aria-hidden': 'true' });
  #kernelFigure = element('figure', { hidden: true }, this.#kernel, element('figcaption', {}, words.zoom.kernel));
  #seenFigure = element('figure', {}, this.#seen, element('figcaption', {}, words.zoom.seen));
  #readout = element('p', { class: 'readout', id: 'zoom-readout' });
  #beside = element('div', { class: 'beside' });
  #spoken = element('p', { class: 'visually-hidden', 'aria-live': 'polite' });
  #image: HTMLCanvasElement;
  #sheet: Sheet | undefined;
  #channel = 0;
  #name = '';
  #x = 0;
  #y = 0;
  /** A person has moved the cursor; until then it stands where the map is strongest. */
  #moved = false;

  /** more is an element with further facts about the channel. */
  constructor(image: HTMLCanvasElement, more: HTMLElement) {
    super();
    this.#image = image;
    this.#seen.prepend(image);
    this.#beside.append(this.#kernelFigure, this.#readout, more);
  }

  connectedCallback(): void {
    if (this.childElementCount > 0) return; // it was moved
    const map = element('figure', {}, this.#field, this.#mapCaption);
    this.append(this.#seenFigure, map, this.#beside, this.#spoken);
    for (const field of [this.#field, this.#seen]) {
      field.addEventListener('pointermove', (event) => this.#pointer(field, event));
      field.addEventListener('pointerdown', (event) => this.#pointer(field, event));
    }
    this.#field.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Shows a channel: a map beside the image, with the kernel that made it; a kernel alone. */
  show(sheet: Sheet, channel: number, name: string, weights?: Weights): void {
    const other = channel !== this.#channel || sheet.width !== this.#sheet?.width;
    this.#sheet = sheet;
    this.#channel = channel;
    this.#name = name;
    const isMap = sheet instanceof MapSheet;
    this.#seenFigure.hidden = !isMap;
    this.#mapCaption.textContent = name;
    this.#field.setAttribute('aria-label', `${name}. ${words.zoom.keys}`);
    this.style.setProperty('--ratio', String(isMap && sheet.width > 1 ? this.#image.width / this.#image.height : 1));
    paint(this.#map, sheet, channel);
    const kernels = isMap && weights && kernelSheet(weights);
    this.#kernelFigure.hidden = !kernels;
    if (kernels) paint(this.#kernel, kernels, channel);
    if (other) this.#moved = false;
    if (!this.#moved) {
      const { x, y } = isMap ? sheet.peak(channel) : { x: 1, y: 1 };
      this.#x = x;
      this.#y = y;
    }
    this.#update();
  }

  #pointer(field: HTMLElement, event: PointerEvent): void {
    const sheet = this.#sheet;
    if (!sheet) return;
    const box = field.getBoundingClientRect();
    const cell = (at: number, size: number, count: number) =>
      Math.max(0, Math.min(count - 1, Math.floor((at / size) * count)));
    this.#moveTo(
      cell(event.clientX - box.left, box.width, sheet.width),
      cell(event.clientY - box.top, box.height, sheet.height),
    );
  }

  #key(event: KeyboardEvent): void {
    const sheet = this.#sheet;
    const step = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as const)[
      event.key as 'ArrowUp'
    ];
    if (!sheet || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const within = (at: number, count: number) => Math.max(0, Math.min(count - 1, at));
    this.#moveTo(within(this.#x + step[0], sheet.width), within(this.#y + step[1], sheet.height));
    this.#spoken.textContent = this.#readout.textContent;
  }

  #moveTo(x: number, y: number): void {
    this.#moved = true;
    this.#x = x;
    this.#y = y;
    this.#update();
  }

  #update(): void {
    const sheet = this.#sheet;
    if (!sheet) return;
    for (const { style } of [this.#mapCursor, this.#seenCursor]) {
      style.setProperty('--x', String(this.#x / sheet.width));
      style.setProperty('--y', String(this.#y / sheet.height));
      style.setProperty('--w', String(1 / sheet.width));
      style.setProperty('--h', String(1 / sheet.height));
    }
    const values = sheet.values(this.#channel, this.#x, this.#y);
    this.#readout.replaceChildren(
      element('strong', {}, valueWords(values)),
      ` ${sheet.width > 1 ? placeWords(this.#x, this.#y) : this.#name}`,
    );
    this.#readout.dataset.value = values.join(' ');
    this.#readout.dataset.at = `${this.#x} ${this.#y}`;
  }
}

function paint(canvas: HTMLCanvasElement, sheet: Sheet, channel: number): void {
  canvas.width = sheet.width;
  canvas.height = sheet.height;
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(sheet.width, sheet.height);
  sheet.paint(channel, new Uint32Array(image.data.buffer), 0, sheet.width);
  context.putImageData(image, 0, 0);
}

customElements.define('map-zoom', MapZoom);
