import { compareText as words } from '../text/compare.ts';
import { place } from '../ui/crop.ts';
import { element } from '../ui/dom.ts';
import { shortName, wholePercent } from '../ui/format.ts';
import { HeatMap } from '../ui/heat-map.ts';
import type { CompareSide, SideHeat } from './compare-side.ts';
import { placedBox } from './crop-place.ts';

/** The photo as one side sees it: with the corners of its crop, and a heat map. */
class Layer {
  #image: HTMLImageElement;
  #crop = element('div', { class: 'crop corners' });
  #heat = new HeatMap();
  readonly element: HTMLElement;

  constructor(image: HTMLImageElement, side: string) {
    this.#image = image;
    const badge = element('span', { class: 'badge', 'aria-hidden': 'true' }, side);
    this.element = element(
      'div',
      { class: 'image', role: 'group', 'aria-label': words.side(side) },
      image,
      this.#heat,
      this.#crop,
      badge,
    );
  }

  // An SVG may have no size of its own: then it fills a square.
  get width(): number {
    return this.#image.naturalWidth || 1;
  }

  get height(): number {
    return this.#image.naturalHeight || 1;
  }

  setCrop({ placed, shape }: CompareSide): void {
    place(this.#crop, placedBox(placed, this.width, this.height, shape));
  }

  why(heat: SideHeat | undefined): void {
    if (heat) this.#heat.show(heat.map, this.width, this.height, heat.label);
    else this.#heat.clear();
  }
}

/** The photo with a divider to drag: left of it as A sees it, right of it as B does. */
export class CompareView extends HTMLElement {
  readonly a: Layer;
  readonly b: Layer;
  #divider = element('input', { type: 'range', min: 0, max: 100, value: 50, 'aria-label': words.divider });

  /** Takes the photo, loaded. */
  constructor(image: HTMLImageElement, name: string) {
    super();
    const layer = (side: string) => {
      const copy = image.cloneNode() as HTMLImageElement;
      copy.alt = words.alt(shortName(name), side);
      return new Layer(copy, side);
    };
    this.a = layer('A');
    this.b = layer('B');
  }

  connectedCallback(): void {
    this.style.setProperty('--ratio', String(this.a.width / this.a.height));
    const line = element(
      'div',
      { class: 'divider', 'aria-hidden': 'true' },
      element('span', { class: 'handle' }, '‹ ›'),
    );
    this.append(this.a.element, this.b.element, line, this.#divider);
    this.#divider.addEventListener('input', () => this.#divide());
    this.#divide();
  }

  #divide(): void {
    const share = this.#divider.valueAsNumber / 100;
    this.style.setProperty('--split', `${100 * share}%`);
    this.#divider.setAttribute('aria-valuetext', words.divided(wholePercent(share), wholePercent(1 - share)));
  }
}

customElements.define('compare-view', CompareView);
