// The part of an image that the model gets.

import { namedBox } from '../common/crop.js';
import type { Framing } from './messages.js';
import type { Box, Crop, CropBox } from './mobilenet.d.ts';

export interface View {
  crop: Crop | CropBox;
  mirror: boolean;
}

/** Of an image of width×height pixels, for a model whose input has that shape. */
export function cropBox(crop: Crop | CropBox, width: number, height: number, shape: readonly number[]): Box {
  if (typeof crop !== 'object') return namedBox(crop, width, height, shape);
  const [x, w] = pixels(crop.left, crop.width, width);
  const [y, h] = pixels(crop.top, crop.height, height);
  return { x, y, width: w, height: h };
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
