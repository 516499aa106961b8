// Stands in the place of spawn.ts in convert.js: a page has one policy of that name, the library's, so the library starts the worker.

import * as library from './mobilenet.js';
import type { Role } from './roles.js';

/** What mobilenet.js has for this file alone. */
const { startWorker } = library as unknown as { startWorker(folder: URL, byImport: boolean): Worker };

/** As of spawn.ts, for the library's own script of its workers. */
export const spawn = (file: URL, _: Role, byImport = false): Worker => startWorker(new URL('.', file), byImport);
