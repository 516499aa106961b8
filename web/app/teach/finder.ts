import { element } from '../ui/dom.ts';

/** Its size in pixels of the canvas: sharp enough, and little work at a camera's rate. */
const SIDE = 224;

/** What the camera films for a class, in the class's own card: the middle of each frame, while it is on. It is for the eyes alone. */
export class Finder {
  #canvas = element('canvas', { width: SIDE, height: SIDE, hidden: true });
  #count = element('span', { class: 'count', hidden: true });
  readonly element = element('div', { class: 'finder corners', 'aria-hidden': 'true' }, this.#canvas, this.#count);

  /** Shows a frame as large as it fits, as a mirror image if that is wanted. */
  draw(video: HTMLVideoElement, mirrored: boolean): void {
    const { videoWidth: w, videoHeight: h } = video;
    const side = Math.min(w, h);
    if (side === 0) return;
    const context = this.#canvas.getContext('2d');
    if (!context) return;
    context.setTransform(mirrored ? -1 : 1, 0, 0, 1, mirrored ? SIDE : 0, 0);
    context.drawImage(video, (w - side) / 2, (h - side) / 2, side, side, 0, 0, SIDE, SIDE);
    this.#canvas.hidden = false;
  }

  /** How many photos were recorded since the button is held. */
  set recorded(n: string) {
    this.#count.textContent = n;
    this.#count.hidden = n === '';
  }

  clear(): void {
    this.#canvas.hidden = true;
    this.recorded = '';
  }
}
