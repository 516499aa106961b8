import type { Layer } from '../../mobilenet/mobilenet.js';
import { text } from '../text/text.ts';
import { count, decimal } from '../ui/format.ts';

const words = text.inside;

/** "14 × 14 × 512", without line breaks. */
export const shape = (sizes: readonly number[]): string => sizes.map(count).join('\u00a0×\u00a0');

/** "3 × 3, stride 2", or '' where the layer has no kernel. */
export const kernel = ({ type, kernel, stride }: Layer): string =>
  type === 'fully_connected' || type === 'add' ? '' : words.kernel(shape([kernel, kernel]), count(stride));

/** What kind of layer it is. */
export const kind = (layer: Layer): string => (isDense(layer) ? words.dense.kind : words.kinds[layer.type]);

/** What a layer of so many inputs does. */
export function explanation(layer: Layer, inputs: number): string {
  const explained = isDense(layer) ? words.dense.explanation : words.explanations[layer.type];
  return explained(count(layer.shape[2]), count(inputs));
}

/** Whether it is a fully connected layer that is not the classifier. */
const isDense = ({ name, type }: Layer): boolean => type === 'fully_connected' && name !== 'fc';

/** One number, or red, green and blue. */
export const values = (numbers: readonly number[]): string =>
  numbers.length === 3
    ? words.colours(...(numbers.map((n) => decimal(n, 3)) as [string, string, string]))
    : numbers.map((n) => decimal(n, 3)).join(' ');

/** Rows and columns are counted from 1, as people do. */
export const place = (x: number, y: number): string => words.place(count(y + 1), count(x + 1));
