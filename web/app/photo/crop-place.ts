import type { MobileNet } from '../../mobilenet/mobilenet.js';
import { type State, state } from '../store/state.ts';
import { type Box, cropBox } from '../ui/crop.ts';

/** A crop and where it lies: '' is the centre, as it is for all crops that cannot be moved. */
export type PlacedCrop = Pick<State, 'crop' | 'views' | 'at'>;

/** The crop that the page's address asks for. Several views are fixed ones, and a full photo has no other place. */
export function placedCrop({ crop, views, at }: PlacedCrop = state.get()): PlacedCrop {
  return { crop, views, at: views > 1 || crop === 'whole' ? '' : at };
}

/** The smallest box that contains all views of an image of that size, moved as far as there is room; shape as cropBox has it. */
export function placedBox(
  { crop, views, at }: PlacedCrop,
  width: number,
  height: number,
  shape?: MobileNet['info']['shape'],
): Box {
  const box = cropBox(views > 1 ? 'square' : crop, width, height, shape);
  if (!at) return box;
  const [left = 0, top = 0] = at.split(',').map(Number);
  return { ...box, left: Math.min(left, 1 - box.width), top: Math.min(top, 1 - box.height) };
}

/** How the address names a place, as parse in state.ts reads it; '' for the centre. */
export function nameOf(left: number, top: number, centre: Box): string {
  const [place, middle] = [{ left, top }, centre].map((p) => `${rounded(p.left)},${rounded(p.top)}`);
  return place && place !== middle ? place : '';
}

const rounded = (share: number): number => Math.round(1000 * share) / 1000;
