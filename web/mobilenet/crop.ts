// The part of an image that the model gets. The same as core/pixels/crop.go, for images that a canvas crops.

import type { Framing } from './messages.js';
import type { Box, Crop } from './mobilenet.d.ts';

export interface View {
  crop: Crop;
  mirror: boolean;
}

export function cropBox(crop: Crop, width: number, height: number): Box {
  if (crop === 'whole') return { x: 0, y: 0, width, height };
  let side = Math.min(width, height);
  if (crop === 'center') side = Math.floor((7 * side + 4) / 8);
  return { x: Math.floor((width - side) / 2), y: Math.floor((height - side) / 2), width: side, height: side };
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
