import type { Layer } from '../../mobilenet/mobilenet.js';
import { text } from '../text/text.ts';
import { count, decimal } from '../ui/format.ts';

const words = text.inside;

/** "14 × 14 × 512", without line breaks. */
export const shape = (sizes: readonly number[]): string => sizes.map(count).join('\u00a0×\u00a0');

/** "3 × 3, stride 2", or '' where the layer has no kernel. */
export const kernel = ({ type, kernel, stride }: Layer): string =>
  type === 'fully_connected' || type === 'add' ? '' : words.kernel(shape([kernel, kernel]), count(stride));

/** One number, or red, green and blue. */
export const values = (numbers: readonly number[]): string =>
  numbers.length === 3
    ? words.colours(...(numbers.map((n) => decimal(n, 3)) as [string, string, string]))
    : numbers.map((n) => decimal(n, 3)).join(' ');

/** Rows and columns are counted from 1, as people do. */
export const place = (x: number, y: number): string => words.place(count(y + 1), count(x + 1));
