import type { Heatmap } from '../../mobilenet/mobilenet.js';
import { text } from '../text/text.ts';
import { type Box, place } from './crop.ts';
import { element } from './dom.ts';

/** Matplotlib's viridis in nine steps: even in lightness, and told apart with every kind of colour blindness. */
const scale = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
] as const;
/** Opacity of the strongest colour: the image below stays visible. */
const OPACITY = 0.8;
/** Pixels a side to which a value of the map is upsampled. The browser enlarges them further; twice as many cost a live frame 1 ms. */
const CELL = 16;

/** A drawn heat map and its place in the image. */
export interface Heat {
  canvas: HTMLCanvasElement;
  box: Box;
}

/**
 * A class activation map over an image: it lies in the positioned element that the image fills, at the place that the map covers.
 * Colour and opacity grow with a place's evidence for the class; without any, the image stays as it is.
 */
export class HeatMap extends HTMLElement {
  #canvas = element('canvas', { role: 'img' });
  #box: Box | undefined;

  connectedCallback(): void {
    if (!this.#canvas.isConnected) this.append(this.#canvas);
    this.hidden = !this.#canvas.hasAttribute('aria-label');
  }

  /** Shows the map of an image of that size in pixels, to which map.box refers; label names the class. */
  show(map: Heatmap, width: number, height: number, label: string): void {
    const start = performance.now();
    const { box } = map;
    this.#box = { left: box.x / width, top: box.y / height, width: box.width / width, height: box.height / height };
    place(this, this.#box);
    draw(this.#canvas, map);
    this.#canvas.setAttribute('aria-label', text.why.map(label, strongest(map)));
    this.hidden = false;
    performance.measure('depthwise: heat map', { start });
  }

  /** The map that is shown, as it is now. */
  copy(): Heat | undefined {
    if (this.hidden || !this.#box) return undefined;
    const { width, height } = this.#canvas;
    const canvas = element('canvas', { width, height });
    canvas.getContext('2d')?.drawImage(this.#canvas, 0, 0);
    return { canvas, box: this.#box };
  }

  clear(): void {
    this.hidden = true;
    this.#canvas.removeAttribute('aria-label');
  }
}

/** The legend of a heat map's colours. */
export function heatLegend(): HTMLElement {
  const bar = element('span', { class: 'scale', 'aria-hidden': 'true' });
  const stops = scale.map(([r, g, b], i) => `rgb(${r} ${g} ${b} / ${opacity(i / (scale.length - 1))})`);
  bar.style.setProperty('--scale', stops.join());
  return element('p', { class: 'legend' }, text.why.little, ' ', bar, ' ', text.why.much);
}

/** Where the map is strongest: 0 to 8, a ninth of it from left to right and top to bottom; -1 if nowhere. */
export function strongest({ width, height, data }: Heatmap): number {
  let best = -1;
  for (const [i, value] of data.entries()) if (value > Math.max(0, data[best] ?? 0)) best = i;
  if (best < 0) return -1;
  const third = (i: number, size: number) => Math.floor((3 * (i + 0.5)) / size);
  return 3 * third(Math.floor(best / width), height) + third(best % width, width);
}

/** The opacity for a value's share of the map's highest value. */
function opacity(share: number): number {
  const rising = Math.min(1, share / 0.7);
  return OPACITY * rising * rising * (3 - 2 * rising);
}

/** The scale in 256 steps, each the four bytes of a pixel. */
const colours = new Uint32Array(256);
for (let i = 0; i < 256; i++) {
  const at = (i / 255) * (scale.length - 1);
  const low = Math.min(Math.floor(at), scale.length - 2);
  const part = at - low;
  const bytes = new Uint8ClampedArray(colours.buffer, 4 * i, 4);
  for (let c = 0; c < 3; c++) bytes[c] = (1 - part) * (scale[low]?.[c] ?? 0) + part * (scale[low + 1]?.[c] ?? 0);
  bytes[3] = 255 * opacity(i / 255);
}

function draw(canvas: HTMLCanvasElement, { width, height, data }: Heatmap): void {
  const w = CELL * width;
  const h = CELL * height;
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const context = canvas.getContext('2d');
  if (!context) return;
  const highest = data.reduce((a, b) => Math.max(a, b), 0) || 1; // all transparent, if there is no evidence for the class
  const values = upsample(upsample(data, width, height), height, w); // across, then down: each transposes the map
  const image = new ImageData(w, h);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) {
    const share = Math.min(1, Math.max(0, (values[i] ?? 0) / highest));
    pixels[i] = colours[Math.round(255 * share)] ?? 0;
  }
  context.putImageData(image, 0, 0);
}

/**
 * Upsamples the rows of values [rows,width] to CELL pixels a value by Catmull-Rom interpolation, and gives the result transposed,
 * [CELL·width,rows].
 */
function upsample(values: Float32Array, width: number, rows: number): Float32Array {
  const out = new Float32Array(CELL * width * rows);
  const within = (column: number) => Math.min(width - 1, Math.max(0, column));
  for (let x = 0; x < CELL * width; x++) {
    const at = (x + 0.5) / CELL - 0.5; // values stand in the middle of their pixels
    const left = Math.floor(at);
    const t = at - left;
    const [a, b, c, d] = [within(left - 1), within(left), within(left + 1), within(left + 2)];
    for (let y = 0; y < rows; y++) {
      const value = (column: number) => values[y * width + column] ?? 0;
      out[x * rows + y] =
        (((2 - t) * t - 1) * t * value(a) +
          (t * t * (3 * t - 5) + 2) * value(b) +
          ((4 - 3 * t) * t + 1) * t * value(c) +
          (t - 1) * t * t * value(d)) /
        2;
    }
  }
  return out;
}

customElements.define('heat-map', HeatMap);
