// The entry point depthwise/convert of the npm package.

import { converter } from '../mobilenet/conversion.js';
import '../mobilenet/library.js'; // or what both need would be a file of its own, and all of it larger
import { packageFiles } from './files.js';

export const convert = converter(packageFiles());
