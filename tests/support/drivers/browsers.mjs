// The browsers that the tests run in.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { program, without } from '../machine.mjs';
import { root } from '../paths.mjs';
import { startChromium } from './chromium.mjs';
import { startFirefox } from './firefox.mjs';
import { findMiniBrowser, startWebKit } from './webkit.mjs';

/**
 * @typedef {object} Browser
 * @property {string} name
 * @property {string} [variant] how it differs from what people have
 * @property {false | string} missing for a test's `skip` option: why it is not here
 * @property {() => Promise<import('./driver.mjs').Driver>} start
 */

const chromium = join(root, 'tests/chromium'); // gets one
const firefox = program('firefox-esr') || program('firefox');
const miniBrowser = findMiniBrowser() ?? '';
const hint = 'as root on Debian, tests/engines/install gets all';
const noFirefox = without('Firefox', firefox, hint);
const noWebKit =
  without('WebKitGTK', miniBrowser && program('WebKitWebDriver'), hint) || without('Xvfb', program('Xvfb'), hint);

/** @type {Browser[]} */
export const browsers = [
  {
    name: 'Chromium',
    missing: false,
    start: () =>
      startChromium(execFileSync(chromium, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()),
  },
  { name: 'Firefox', missing: noFirefox, start: () => startFirefox(firefox) },
  {
    name: 'Firefox',
    variant: 'as if older',
    missing: noFirefox,
    start: () =>
      startFirefox(firefox, {
        'dom.serviceWorkers.enabled': false,
        'javascript.options.shared_memory': false,
        'javascript.options.wasm_relaxed_simd': false,
        'media.rvfc.enabled': false,
      }),
  },
  { name: 'WebKitGTK', missing: noWebKit, start: () => startWebKit(miniBrowser) },
  {
    name: 'WebKitGTK',
    variant: 'with shared memory and relaxed SIMD',
    missing: noWebKit,
    start: () => startWebKit(miniBrowser, { JSC_useSharedArrayBuffer: '1', JSC_useWasmRelaxedSIMD: '1' }),
  },
];
