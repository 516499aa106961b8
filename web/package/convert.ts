// The entry point depthwise/convert of the npm package.

import { converter } from '../mobilenet/conversion.js';
import { packageFiles } from './files.js';

export const convert = converter(packageFiles());
