// The entry point of the npm package depthwise, with the default model.

import model from '@depthwise/mobilenet-v1';
import { library } from '../mobilenet/library.js';
import { packageFiles } from './files.js';

export { MobileNetError } from '../mobilenet/errors.js';

export const { load, models } = library(packageFiles(model), () => import('../mobilenet/net.js'));
