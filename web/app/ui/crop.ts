import { namedBox } from '../../common/crop.ts';
import type { Crop } from '../../mobilenet/mobilenet.js';
import { network } from '../store/network.ts';

/** A box in an image, in fractions of its width and height. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The library's crop of an image of that size, for a model whose input has that shape: the one in use unless given. */
export function cropBox(crop: Crop, width: number, height: number, shape = network.shape): Box {
  const box = namedBox(crop, width, height, shape);
  return { left: box.x / width, top: box.y / height, width: box.width / width, height: box.height / height };
}

/** Positions an element at a box of its containing block. */
export function place(element: HTMLElement, box: Box): void {
  for (const side of ['left', 'top', 'width', 'height'] as const) element.style[side] = `${100 * box[side]}%`;
}
