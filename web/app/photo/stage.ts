import { unlessAborted } from '../../common/abort.ts';
import type { Heatmap } from '../../mobilenet/mobilenet.js';
import { text } from '../text/text.ts';
import { button } from '../ui/controls.ts';
import { place } from '../ui/crop.ts';
import { element } from '../ui/dom.ts';
import { type Heat, HeatMap, heatLegend } from '../ui/heat-map.ts';
import { imageUrl } from '../ui/image-url.ts';
import { PageError } from '../ui/problem.ts';
import { CropMover } from './crop-mover.ts';
import { type PlacedCrop, placedBox } from './crop-place.ts';

const words = text.stage;

/** Whether there is no finer pointer than a finger. */
const finger = matchMedia('(hover: none) and (pointer: coarse)');

/** The longer side of the photo on a card, in pixels. */
const cardSide = 1600;
/** That of an SVG without a size. */
const sizelessSide = 1024;

/** The frame that shows the photo, with corners around the crop, and a heat map. */
export class PhotoStage extends HTMLElement {
  #image = element('img', { alt: '' });
  #crop = element('div', { class: 'crop corners' });
  #mover = new CropMover(this.#crop);
  #heat = new HeatMap();
  #frame = element('div', { class: 'image' }, this.#image, this.#heat, this.#crop);
  #seen = element('p', { class: 'seen' });
  #moved = element(
    'p',
    { class: 'moved' },
    words.moved,
    ' ',
    button(words.back, () => this.#recentre(), 'plain'),
  );
  #credit = element('p', { class: 'credit', hidden: true });
  #why = element('p');
  #legend = element('div', { class: 'why' }, this.#why, heatLegend());
  #caption = element('div', { class: 'caption' }, this.#seen, this.#moved, this.#legend);
  #figure = element('figure', { hidden: true }, this.#frame, element('figcaption', {}, this.#caption, this.#credit));
  #placed: PlacedCrop = { crop: 'center', views: 1, at: '' };

  connectedCallback(): void {
    this.classList.add('corners');
    if (!this.#figure.isConnected) this.append(this.#figure);
  }

  /** Shows the photo once it is decoded, and after whatever else it has to wait for; fails with the library's error codes. */
  async show(source: Blob, name: string, signal: AbortSignal, after?: Promise<unknown>): Promise<void> {
    const image = element('img', { alt: words.alt(name) });
    const url = await imageUrl(source, signal);
    image.src = url;
    try {
      const loading = new Promise((resolve, reject) => {
        image.onload = resolve;
        image.onerror = () => reject(new PageError(source.type.startsWith('image/') ? 'broken-image' : 'not-an-image'));
      });
      await unlessAborted(Promise.all([loading, after]), signal);
    } catch (error) {
      URL.revokeObjectURL(url);
      throw error;
    }
    this.clear();
    this.#image = image;
    this.#frame.prepend(image);
    this.#frame.style.setProperty('--ratio', String(this.size[0] / this.size[1]));
    this.setCrop(this.#placed);
    this.#figure.hidden = false;
  }

  /** Credits the author of the photo, where known. */
  credit(...line: (Node | string)[]): void {
    this.#credit.replaceChildren(...line);
    this.#credit.hidden = line.length === 0;
  }

  /** Puts the corners around the crop. */
  setCrop(placed: PlacedCrop): void {
    this.#placed = placed;
    const { crop, views, at } = placed;
    place(this.#crop, placedBox(placed, ...this.size));
    const movable = this.#mover.show(placed, ...this.size);
    const seen = views === 1 ? words.seen[crop] : words.careful[views];
    this.#seen.textContent = movable ? `${seen}${finger.matches ? words.hold : words.drag}` : seen;
    this.#moved.hidden = !movable;
    this.#caption.toggleAttribute('data-moved', movable && at !== '');
  }

  /** Shows a heat map. */
  why(map: Heatmap, label: string): void {
    this.#heat.show(map, ...this.size, label);
    this.#why.textContent = text.why.title(label);
    this.#caption.toggleAttribute('data-why', true);
  }

  /** The photo as a card shows it, over white, and the heat map on it; both stay as they are now. */
  forCard(): { image: HTMLCanvasElement; heat: Heat | undefined } {
    const { naturalWidth: w, naturalHeight: h } = this.#image;
    const scale = Math.min(1, cardSide / Math.max(w, h, 1));
    const width = Math.round(scale * w) || sizelessSide;
    const height = Math.round(scale * h) || sizelessSide;
    const image = element('canvas', { width, height });
    const context = image.getContext('2d');
    if (!context) throw new Error('this browser has no 2D canvas');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(this.#image, 0, 0, width, height);
    return { image, heat: this.#heat.copy() };
  }

  whyNot(): void {
    this.#heat.clear();
    this.#caption.toggleAttribute('data-why', false);
  }

  clear(): void {
    this.whyNot();
    this.credit();
    this.#figure.hidden = true;
    this.#image.remove();
    URL.revokeObjectURL(this.#image.src);
  }

  /** The photo's, in pixels. An SVG may have none of its own: then it fills a square. */
  get size(): [width: number, height: number] {
    return [this.#image.naturalWidth || 1, this.#image.naturalHeight || 1];
  }

  #recentre(): void {
    this.#mover.recentre();
    this.#crop.focus({ preventScroll: true }); // the button is gone
  }
}

customElements.define('photo-stage', PhotoStage);
