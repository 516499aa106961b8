// The entry point depthwise/core of the npm package: no model comes with it.

import { library } from '../mobilenet/library.js';
import { packageFiles } from './files.js';

export { MobileNetError } from '../mobilenet/errors.js';

export const { load, models } = library(packageFiles(), () => import('../mobilenet/net.js'));
