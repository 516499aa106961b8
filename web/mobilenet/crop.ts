// The part of an image that the model gets. The named crops are those of core/pixels/crop.go, for images that a canvas crops.

import type { Framing } from './messages.js';
import type { Box, Crop, CropBox } from './mobilenet.d.ts';

export interface View {
  crop: Crop | CropBox;
  mirror: boolean;
}

export function cropBox(crop: Crop | CropBox, width: number, height: number): Box {
  if (typeof crop === 'object') {
    const [x, w] = pixels(crop.left, crop.width, width);
    const [y, h] = pixels(crop.top, crop.height, height);
    return { x, y, width: w, height: h };
  }
  if (crop === 'whole') return { x: 0, y: 0, width, height };
  let side = Math.min(width, height);
  if (crop === 'center') side = Math.floor((7 * side + 4) / 8);
  return { x: Math.floor((width - side) / 2), y: Math.floor((height - side) / 2), width: side, height: side };
}

/** Start and length in whole pixels, at least one, of a share of so many. */
function pixels(start: number, length: number, of: number): [number, number] {
  const rounded = Math.max(1, Math.round(length * of));
  return [Math.min(Math.round(start * of), of - rounded), rounded];
}

export function viewsOf({ crop, views }: Framing): [View, ...View[]] {
  if (views === 1) return [{ crop, mirror: false }];
  const others: View[] = [
    { crop: 'center', mirror: true },
    { crop: 'square', mirror: true },
    { crop: 'center', mirror: false },
  ];
  return [{ crop: 'square', mirror: false }, ...others.slice(0, views - 1)];
}
