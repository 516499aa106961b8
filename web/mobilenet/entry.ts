// The entry point of the library in the built folder, mobilenet.js.

import { folderFiles } from './folder.js';
import { library } from './library.js';
import { Net } from './net.js';

export { MobileNetError } from './errors.js';

export const { load, models } = library(folderFiles, async () => ({ Net }));
