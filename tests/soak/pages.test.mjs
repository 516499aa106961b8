// The long runs of make soak, made short: that memory stays where it is and every picture is closed. Times are not looked at.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { camera as film } from '../support/camera.mjs';
import { librarySite } from '../support/library.mjs';
import { camera } from './camera.mjs';
import { folder } from './folder.mjs';
import { pictures } from './pictures.mjs';
import { complaints, names } from './watch.mjs';

const site = await librarySite({ isolated: true });
after(() => site.close());
const switches = film('soak', [(x) => [x % 256, 128, 128], () => [128, 128, 128]]);

for (const [part, count, warm] of /** @type {const} */ ([
  [pictures, 100, 60],
  [camera, 150, 60],
  [folder, 120, 80],
])) {
  test(`${part.name}: nothing grows`, async (t) => {
    const page = await visit(t, 'about:blank', { switches, origins: [site.origin] });
    const run = await part(page, { ...site, count, warm, until: () => false });
    assert.ok(run.times.length >= count, `${run.times.length} were looked at`);
    assert.deepEqual(complaints(run), []);
    t.diagnostic(JSON.stringify({ before: run.before, after: run.after }));
  });
}

test('what grows is noticed', async (t) => {
  const page = await visit(t, 'about:blank', { switches, origins: [site.origin] });
  const until = () => {
    void page.evaluate(async () => {
      const objects = Array.from({ length: 100_000 }, () => ({}));
      const bytes = new Uint8Array(64e6).fill(1);
      Object.assign(globalThis, { left: [objects, bytes, await createImageBitmap(new ImageData(1, 1))] });
    });
    return false;
  };
  const run = await pictures(page, { ...site, count: 10, warm: 60, until });
  const grown = complaints(run).map((what) => what.split(':')[0]);
  assert.deepEqual(grown, [names.page, names.buffers, names.processes, names.open]);
});
