import { text } from '../text/text.ts';
import { count, decimal } from './format.ts';

/** What people call a model: its width and its input only where they are not the usual ones. */
export function modelName({
  network = 'MobileNetV1',
  alpha,
  resolution,
}: {
  network?: string;
  alpha: number;
  resolution: number;
}): string {
  return alpha === 1 && resolution === 224 ? network : `${network} ${decimal(alpha, 4)} · ${resolution}`;
}

/** How many things it tells apart. */
export const thingsLine = (things: number): string => text.model.chip.things(things, count(things));
