// The entry point convert.js in the built folder. It is apart from the library, and its errors are of the library's class all the same.

import { converter } from './conversion.js';
import type * as api from './convert.d.ts';
import { folderFiles } from './folder.js';
import { MobileNetError } from './mobilenet.js';

const inner = converter(folderFiles);

export const convert: typeof api.convert = (file, options) =>
  inner(file, options).catch(({ code, message, cause, size }) => {
    throw new MobileNetError(code, message, { cause, size });
  });
