// The browsers that the tests run in.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../e2e/support/paths.mjs';
import { startChromium } from './support/chromium.mjs';
import { startFirefox } from './support/firefox.mjs';
import { findMiniBrowser, startWebKit } from './support/webkit.mjs';

/**
 * @typedef {object} Browser
 * @property {string} name
 * @property {string} [variant] how it differs from what people have
 * @property {false | string} missing for a test's `skip` option: why it is not here
 * @property {() => Promise<import('./support/driver.mjs').Driver>} start
 */

/** A program's path. @param {string} program */
function find(program) {
  try {
    return execFileSync('sh', ['-c', 'command -v "$0"', program], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/** @param {string[]} programs */
const without = (...programs) => `no ${programs.join(', ')} here; as root on Debian, tests/engines/install gets all`;

const chromium = join(root, 'tests/chromium'); // gets one
const firefox = find('firefox-esr') || find('firefox');
const noFirefox = firefox ? false : without('Firefox');
const miniBrowser = findMiniBrowser() ?? '';
const noWebKit = miniBrowser && find('WebKitWebDriver') && find('Xvfb') ? false : without('WebKitGTK', 'Xvfb');

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
