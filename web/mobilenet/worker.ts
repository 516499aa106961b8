// The file that every worker of the library is started from, whatever its role is.

import { modelRole, type Port, serveModelKey, threadRole } from './roles.js';
import { serveModel } from './serve-model.js';
import { serveThread } from './serve-thread.js';

const port = globalThis as unknown as Port & { name?: string };
if (port.name === modelRole) serveModel(port, true);
else if (port.name === threadRole) serveThread(port);
else Object.assign(globalThis, { [serveModelKey]: (port: Port) => serveModel(port, false) });
