import { state } from '../store/state.ts';
import { text } from '../text/text.ts';
import type { Box } from '../ui/crop.ts';
import { element } from '../ui/dom.ts';
import { wholePercent } from '../ui/format.ts';
import { nameOf, type PlacedCrop, placedBox } from './crop-place.ts';

const words = text.stage.frame;

/** How far an arrow key moves it, as a share of the photo's longer side; with Shift, several times as far. */
const step = 0.02;
const strides = 5;

const arrows: Record<string, [across: number, down: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** How long a finger must rest on the crop to take hold of it, in ms, and how far it may stray meanwhile, in pixels. */
const rest = 300;
const stray = 10;

/**
 * Lets pointer and arrow keys move the corners around the crop over the photo, where there is room: the page's state follows at once,
 * the address when pointer or key is released, as browsers allow only so many changes of it. A double click and Escape put it back.
 * A finger takes hold of it at a corner, or by resting on it: any other touch scrolls the page.
 */
export class CropMover {
  #corners: HTMLElement;
  #box: Box = { left: 0, top: 0, width: 1, height: 1 };
  #centre = this.#box;
  #movable = false;
  /** The photo's sides as parts of the longer one. */
  #sides: [number, number] = [1, 1];
  /** Where pointer and crop were when it was taken hold of. */
  #grip: { x: number; y: number; box: Box } | undefined;

  /** The finger that rests on it. */
  #resting: { timer: number; x: number; y: number } | undefined;

  constructor(corners: HTMLElement) {
    this.#corners = corners;
    corners.append(...['', '', '', ''].map(() => element('span', { class: 'handle' })));
    corners.addEventListener('pointerdown', (event) => this.#take(event));
    corners.addEventListener('pointermove', (event) => this.#drag(event));
    corners.addEventListener('pointercancel', () => this.#grip && this.#move(this.#grip.box.left, this.#grip.box.top));
    corners.addEventListener('lostpointercapture', () => this.#release());
    // Once it is held, neither the page nor a menu takes the finger.
    corners.addEventListener('touchmove', (event) => this.#grip && event.cancelable && event.preventDefault(), {
      passive: false,
    });
    corners.addEventListener('contextmenu', (event) => this.#grip && event.preventDefault());
    corners.addEventListener('dblclick', () => this.recentre());
    corners.addEventListener('keydown', (event) => this.#key(event));
    corners.addEventListener('keyup', settle);
    corners.addEventListener('blur', settle);
  }

  /** Takes the crop of a photo of that size, and says whether it can be moved. */
  show(crop: PlacedCrop, width: number, height: number): boolean {
    this.#box = placedBox(crop, width, height);
    this.#centre = placedBox({ ...crop, at: '' }, width, height);
    this.#sides = [width / Math.max(width, height), height / Math.max(width, height)];
    const [across, down] = this.#room;
    this.#movable = crop.views === 1 && (across > 0 || down > 0);
    const [x, y] = [across && this.#box.left / across, down && this.#box.top / down];
    const along = across * this.#sides[0] >= down * this.#sides[1] ? 'x' : 'y';
    const attributes = {
      role: 'slider',
      tabindex: '0',
      'data-along': along,
      'aria-label': words.label,
      'aria-valuemin': '0',
      'aria-valuemax': '100',
      'aria-valuenow': String(Math.round(100 * (along === 'x' ? x : y))),
      'aria-valuetext': words.place(across && wholePercent(x), down && wholePercent(y)),
    };
    for (const [name, value] of Object.entries(attributes)) {
      if (this.#movable) this.#corners.setAttribute(name, value);
      else this.#corners.removeAttribute(name);
    }
    return this.#movable;
  }

  recentre(): void {
    if (this.#movable) state.set({ at: '' }, { later: true });
    this.#release();
  }

  /** How far it can be moved, in shares of the photo. */
  get #room(): [across: number, down: number] {
    return [1 - this.#box.width, 1 - this.#box.height];
  }

  #take(event: PointerEvent): void {
    if (!this.#movable || !event.isPrimary || event.button !== 0) return;
    const { target, pointerId, pointerType, clientX: x, clientY: y } = event;
    if (pointerType !== 'touch' || target !== this.#corners) {
      (target as Element).setPointerCapture(pointerId);
      this.#grip = { x, y, box: this.#box };
      return;
    }
    const timer = setTimeout(() => {
      this.#grip = { x, y, box: this.#box };
      this.#corners.toggleAttribute('data-held', true);
      navigator.vibrate?.(15);
    }, rest);
    this.#resting = { timer, x, y };
  }

  #drag({ clientX, clientY }: PointerEvent): void {
    if (this.#resting && Math.hypot(clientX - this.#resting.x, clientY - this.#resting.y) > stray) this.#unrest();
    const photo = this.#corners.parentElement?.getBoundingClientRect();
    if (!this.#grip || !photo) return;
    const { x, y, box } = this.#grip;
    this.#corners.toggleAttribute('data-held', true);
    this.#move(box.left + (clientX - x) / photo.width, box.top + (clientY - y) / photo.height);
  }

  #unrest(): void {
    if (!this.#grip) clearTimeout(this.#resting?.timer);
    this.#resting = undefined;
  }

  #release(): void {
    this.#unrest();
    this.#grip = undefined;
    this.#corners.toggleAttribute('data-held', false);
    settle();
  }

  #move(left: number, top: number): void {
    const [across, down] = this.#room;
    const within = (share: number, room: number) => Math.min(room, Math.max(0, share));
    const at = nameOf(within(left, across), within(top, down), this.#centre);
    state.set({ at }, { later: true });
  }

  #key(event: KeyboardEvent): void {
    if (!this.#movable || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Escape') this.recentre();
    const [x, y] = arrows[event.key] ?? [0, 0];
    const [across, down] = this.#room;
    if (!(x && across) && !(y && down)) return; // where it cannot go, the key scrolls the page
    event.preventDefault();
    const far = event.shiftKey ? strides * step : step;
    const [width, height] = this.#sides;
    this.#move(this.#box.left + (x * far) / width, this.#box.top + (y * far) / height);
  }
}

/** Has the address say where it is now. */
const settle = (): void => state.set({}, { replace: true });
