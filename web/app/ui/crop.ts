import type { Crop } from '../../mobilenet/mobilenet.js';

/** A box in an image, in fractions of its width and height. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The library's crop of an image of that size. */
export function cropBox(crop: Crop, width: number, height: number): Box {
  if (crop === 'whole') return { left: 0, top: 0, width: 1, height: 1 };
  let side = Math.min(width, height);
  if (crop === 'center') side = Math.floor((7 * side + 4) / 8);
  return {
    left: Math.floor((width - side) / 2) / width,
    top: Math.floor((height - side) / 2) / height,
    width: side / width,
    height: side / height,
  };
}

/** Positions an element at a box of its containing block. */
export function place(element: HTMLElement, box: Box): void {
  for (const side of ['left', 'top', 'width', 'height'] as const) element.style[side] = `${100 * box[side]}%`;
}
