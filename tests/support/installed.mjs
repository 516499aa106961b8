// What the Worker is installed with: wrangler, and ajv for the tests.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './paths.mjs';

export const edge = join(root, 'wasm/edge');
export const installed = createRequire(join(edge, 'package.json'));
