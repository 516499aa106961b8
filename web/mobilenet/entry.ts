// The entry point of the library in the built folder, mobilenet.js.

import { folderFiles } from './folder.js';
import { library } from './library.js';
import { Net } from './net.js';
import { modelRole } from './roles.js';
import { spawn } from './spawn.js';

export { MobileNetError } from './errors.js';

/** For convert.js, which is no part of this file and has no policy of its own: starts a worker by the script in the library's folder. */
export const startWorker = (folder: URL, byImport: boolean): Worker =>
  spawn(folderFiles(folder).worker.url, modelRole, byImport);

export const { load, models } = library(folderFiles, async () => ({ Net }));
